/** What `nearside tune --environment` writes, from the command to a gateway that works by it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { learnedFrontierFrom, policyHash, readPolicyFile, resolvePolicy } from '@nearside/core'
import { afterEach, describe, expect, it } from 'vitest'
import { designs } from '../../scripts/src/eval/designs/designs.ts'
import { type Served, serve } from '../../scripts/src/serve/serve.ts'
import type { DesignsResult } from '../../scripts/src/tune/designs/design-result.ts'
import { runTune } from '../../scripts/src/tune/run-tune.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'

const folder = temporaryFolder('tune-designs')
const served: Served[] = []
afterEach(async () => {
  for (const each of served.splice(0)) await each.close()
})

/** As an operator has them who keeps sessions in a Redis; nothing here is asked. */
const env = {
  NEARSIDE_OPEN: 'loopback',
  NEARSIDE_FRONTIER_URL: 'https://api.example/v1',
  NEARSIDE_FRONTIER_MODELS: 'gpt-4o',
  NEARSIDE_LOCAL_URL: 'http://127.0.0.1:9/v1',
  NEARSIDE_LOCAL_MODELS: 'small',
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'token',
  NEARSIDE_SEAL_SECRET: 'a secret of thirty-two characters or more',
}

async function routed(file: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  const gateway = await serve({ host: '127.0.0.1', port: 0, env, policy: file })
  served.push(gateway)
  const answer = await fetch(`${gateway.url}/v1/route`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: text }] }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Readonly<Record<string, unknown>>
}

const hard = 'Prove that every even number above two is the sum of two primes, or show where a proof fails.'

describe('the policy of a design', () => {
  it.each(designs)('makes a gateway work by it: $name', async ({ name, policy }) => {
    const file = join(folder, 'policy.json')
    writeFileSync(file, JSON.stringify(policy))
    for (const text of [hard, 'Hello!']) {
      const route = await routed(file, text)
      // Over the threshold that belongs to the judge of such a gateway.
      const set = resolvePolicy({ frontierFrom: learnedFrontierFrom, ...policy })
      expect(route.policyHash).toBe(policyHash(set))
      expect(route.plan).toMatchObject({
        kind: 'serve',
        strategy: policy.strategy,
        degraded: null,
        steps: [{ tier: name === 'cloud alone' ? 'frontier' : 'local' }],
      })
    }
  })
})

describe('the command', () => {
  const run = async (words: readonly string[], signal = new AbortController().signal) => {
    const printed: string[] = []
    const said: string[] = []
    const done = await runTune(words, {
      env: {},
      print: (text) => void printed.push(text),
      say: (text) => void said.push(text),
      isTerminal: true,
      now: Date.now,
      signal,
    })
    return { done, printed: printed.join(''), said: said.join('') }
  }

  it('writes a policy that the gateway takes as it is, the figures and a page, and shows how far it is', async () => {
    const out = join(folder, 'deep/form')
    const { done, printed, said } = await run([
      ...['--environment', 'form', '--tasks', '12', '--out', out, '--json'],
    ])
    expect(done).toBe(true)
    const result = JSON.parse(printed) as DesignsResult
    expect(readdirSync(out).toSorted()).toEqual(['designs.json', 'policy.json', 'report.html'])
    expect(readdirSync(join(folder, 'deep'))).toEqual(['form'])
    const [found] = result.environments
    expect(result).toMatchObject({ simulation: true, tasks: 12 })
    expect(JSON.parse(readFileSync(join(out, 'designs.json'), 'utf8'))).toEqual(result)
    expect(found!.runs).toBeLessThanOrEqual(found!.exhaustiveRuns / 3)
    expect(found!.arms.reduce((sum, { measured }) => sum + measured.tasks, 0)).toBe(found!.runs)
    const policy = readPolicyFile(readFileSync(join(out, 'policy.json'), 'utf8'))
    expect(policy).toEqual(designs.find(({ name }) => name === found!.pick.design)?.policy)
    const route = await routed(join(out, 'policy.json'), hard)
    expect(route).toMatchObject({ plan: { strategy: policy.strategy } })
    expect(said).toMatch(new RegExp(`designs in form \\[=+ *\\] ${found!.runs}/40`))
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('A simulation.')
  }, 120_000)

  it('leaves nothing behind where it is broken off, and says so', async () => {
    const out = join(folder, 'broken')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 300)
    await expect(run(['--environment', 'all', '--tasks', '500', '--out', out], stop.signal)).rejects.toThrow(
      'nothing was written',
    )
    expect(existsSync(out)).toBe(false)
  })

  it('refuses a folder that is a file before it runs anything, and models that answer nothing', async () => {
    const out = join(folder, 'a-file')
    writeFileSync(out, 'mine')
    await expect(run(['--environment', 'form', '--out', out])).rejects.toThrow(
      /names a folder, but .* is a file/,
    )
    const nowhere = ['--executor', 'http://127.0.0.1:9/v1', '--supervisor', 'http://127.0.0.1:9/v1']
    const silent = ['--environment', 'form', '--tasks', '12', ...nowhere, '--out', join(folder, 'silent')]
    await expect(run(silent)).rejects.toThrow(/No call was answered in form/)
    expect(existsSync(join(folder, 'silent'))).toBe(false)
  }, 120_000)
})
