/** `nearside serve --records`: a file of what was decided, as replay reads it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRecord } from '@nearside/core'
import { expect, it } from 'vitest'
import { runReplay } from '../../scripts/src/replay/run-replay.ts'
import { serve } from '../../scripts/src/serve/serve.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'

async function asked(records: string, question: string): Promise<void> {
  const served = await serve({ host: '127.0.0.1', port: 0, env: { NEARSIDE_OPEN: 'loopback' }, records })
  const answer = await fetch(`${served.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: question }] }),
  })
  expect(answer.status).toBe(200)
  await answer.text()
  await served.close()
}

it('adds a line for each request, without its text, which replay decides again', async () => {
  const folder = temporaryFolder('records')
  const [records, policy] = [join(folder, 'records.jsonl'), join(folder, 'policy.json')]
  await asked(records, 'what is 17 * 23?')
  await asked(records, 'what is 6 * 7?')

  const text = readFileSync(records, 'utf8')
  const lines = text.trimEnd().split('\n')
  expect(lines.map((line) => readRecord(JSON.parse(line)).served?.tier)).toEqual(['edge', 'edge'])
  expect(text).not.toContain('what is')
  if (process.platform !== 'win32') expect(statSync(records).mode & 0o777).toBe(0o600)

  writeFileSync(policy, '{}')
  let said = ''
  await runReplay(['--records', records, '--policy', policy], (part) => {
    said += part
  })
  expect(said).toContain('2 records: 2 were decided')
})

it('is refused at the start where the file cannot be written', async () => {
  const records = join('/', 'no such folder', 'records.jsonl')
  await expect(
    serve({ host: '127.0.0.1', port: 0, env: { NEARSIDE_OPEN: 'loopback' }, records }),
  ).rejects.toThrow('cannot be written (ENOENT); --records names a file.')
})
