/** Commands of the pages, run as they stand there; that of docs/budgets.md is run beside a Redis. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'

/** The block of a page that has these words in it. */
function blockWith(page: string, words: string): string {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```sh\n(.*?)```/gs)]
  const found = blocks.map(([, block = '']) => block).find((block) => block.includes(words))
  if (found === undefined) throw new Error(`${page} has no block with ${words}.`)
  return found
}

async function bash(script: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  return stdout
}

it('a gateway of one’s own is set up by the variables that docs/self-host.md sets', async () => {
  const block = blockWith('docs/self-host.md', 'NEARSIDE_LOCAL_ZONE')
  const untilServed = block.slice(0, block.indexOf('npm run nearside -- serve'))
  expect(untilServed).toContain('nearside -- check')
  expect(await bash(untilServed, { YOUR_KEY: 'a key of acme' })).toMatch(
    /smollm2-135m in premises.*The variables are right\./s,
  )
  await expect(bash(untilServed.replace('=premises', '=somewhere'), { YOUR_KEY: 'k' })).rejects.toThrow(
    /NEARSIDE_LOCAL_ZONE|local.zone/,
  )
})

it('a threshold is found in records of one’s own, as docs/tune.md says', async () => {
  // Half of them hard: the judge said so, and the small model failed.
  const records = Array.from({ length: 40 }, (_, i) => ({
    difficulty: i < 20 ? 0.1 + i / 100 : 0.7 + i / 200,
    gain: null,
    good: i < 20,
  }))
  const file = join(temporaryFolder('verdicts'), 'verdicts.jsonl')
  writeFileSync(file, records.map((record) => JSON.stringify(record)).join('\n'))
  const said = await bash(blockWith('docs/tune.md', 'calibrate').replace('verdicts.jsonl', file))
  const { frontierFrom } = JSON.parse(said.slice(said.indexOf('{'))) as { frontierFrom: number }
  expect(frontierFrom).toBeGreaterThan(0.29)
  expect(frontierFrom).toBeLessThan(0.85)
})
