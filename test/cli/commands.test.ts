/** `nearside check`, `nearside replay` and `nearside advise` as an operator runs them. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GivenPolicy, resolvePolicy } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { generatedRecords } from '../../scripts/src/records/generated-records.ts'
import { root } from '../../scripts/src/workerd/repository.ts'
import { temporaryFolder } from '../../scripts/src/workerd/temporary-folder.ts'

type Ended = { readonly code: number; readonly out: string; readonly err: string }

function nearside(...words: readonly string[]): Promise<Ended> {
  return nearsideIn({}, ...words)
}

function nearsideIn(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> {
  const command = ['--conditions=source', join(root, 'scripts/src/cli.ts'), ...words]
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      command,
      { env: { ...process.env, ...env } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    )
    child.stdin?.end()
  })
}

const folder = temporaryFolder('cli')
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const own: GivenPolicy = { frontierFrom: 0.21 }
const generated = generatedRecords({ count: 400, seed: 2, policy: resolvePolicy(own), everyMs: 600_000 })
const lines = [...generated].map((record) => JSON.stringify(record))
const records = file('records.jsonl', lines.join('\n'))
const a = file('a.json', JSON.stringify(own))
const b = file('b.json', JSON.stringify({ frontierFrom: 0.5, whenLocalDown: 'refuse' }))

describe('nearside check', () => {
  const right = { NEARSIDE_OPEN: 'loopback', OPENAI_API_KEY: 'sk-test' }

  it('finds right what a gateway takes, the page’s own rules of privacy among it', async () => {
    const page = readFileSync(join(root, 'docs/privacy.md'), 'utf8')
    const rules = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''
    const { code, out, err } = await nearsideIn({ ...right, NEARSIDE_PRIVACY_RULES: rules }, 'check')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/The variables are right\.\n$/)
  })

  it('says that an address has no path, and finds it right all the same', async () => {
    const half = { ...right, NEARSIDE_FRONTIER_URL: 'https://api.openai.com' }
    const { code, out, err } = await nearsideIn(half, 'check')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(
      /^Look at it: NEARSIDE_FRONTIER_URL .* most APIs want https:\/\/api\.openai\.com\/v1\.$/m,
    )
    expect(out).toMatch(/The variables are right\.\n$/)
    expect((await nearsideIn(right, 'check')).out).not.toContain('Look at it')
  })

  it('says in one line what is wrong, by the variable’s name', async () => {
    const { code, out, err } = await nearsideIn({ ...right, NEARSIDE_JUDGE_SHARE: '0.02' }, 'check')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^nearside: NEARSIDE_JUDGE_SHARE needs NEARSIDE_JUDGE_DAY_USD.*\n$/)
    const unpriced = await nearsideIn({ ...right, NEARSIDE_FRONTIER_MODELS: 'no-such' }, 'check')
    expect(unpriced.err).toMatch(
      /^nearside: NEARSIDE_FRONTIER_MODELS\[0\]\.price is needed: .*NEARSIDE_PRICES.*\n$/,
    )
  })
})

describe('nearside replay', () => {
  it('prints where requests would have gone, what moves and what it costs', async () => {
    const { code, out, err } = await nearside('replay', '--records', records, '--policy', a, '--policy', b)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('every plan came out the same.')
    expect(out).toMatch(/frontier +local +\d+/)
    expect(out).toMatch(/cost +\$\d+\.\d{6}/)
    expect(out).toContain('By kind of task')
  })

  it('prints nothing but one object with --json, and its money adds up', async () => {
    const { code, out } = await nearside('replay', '--records', records, '--policy', b, '--json')
    expect(code).toBe(0)
    const { decided, recorded, policies } = JSON.parse(out) as {
      readonly decided: number
      readonly recorded: { readonly totals: { readonly certain: string; readonly requests: number } }
      readonly policies: readonly {
        readonly tasks: readonly { readonly certain: string }[]
        readonly totals: { readonly certain: string }
      }[]
    }
    expect(recorded.totals.requests).toBe(decided)
    expect(recorded.totals.certain).toMatch(/^\d+$/)
    const [policy] = policies
    const sum = policy?.tasks.reduce((all, { certain }) => all + BigInt(certain), 0n)
    expect(String(sum)).toBe(policy?.totals.certain)
  })

  it('goes on over bad lines and names them, and refuses the first where it is strict', async () => {
    const holed = file('holed.jsonl', ['{', ...lines, '{"version":1}'].join('\n'))
    const kind = await nearside('replay', '--records', holed, '--policy', a)
    expect([kind.code, kind.err]).toEqual([0, ''])
    expect(kind.out).toContain('2 lines are no records and are left out:\n  line 1: is no JSON.')
    expect(kind.out).toContain(`line ${lines.length + 2}: record.id is missing`)
    const strict = await nearside('replay', '--records', holed, '--policy', a, '--strict')
    expect([strict.code, strict.out]).toEqual([1, ''])
    expect(strict.err).toContain('line 1: is no JSON')
  })

  it.each<readonly [string, readonly string[], string]>([
    ['no records', ['--policy', a], '--records names the file'],
    ['no policy', ['--records', records], '--policy is given once or twice, but was given 0 times'],
    ['three', ['--records', records, ...['--policy', a, '--policy', a, '--policy', a]], 'given 3 times'],
    ['a wrong flag', ['--record', records], "Unknown option '--record'"],
    ['a missing file', ['--records', join(folder, 'none'), '--policy', a], 'cannot be read: ENOENT'],
    ['a policy that is none', ['--records', records, '--policy', records], 'records.jsonl is no JSON'],
  ])('refuses %s with 1 and what would be right', async (_, words, why) => {
    const { code, out, err } = await nearside('replay', ...words)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(why)
  })
})

describe('nearside advise', () => {
  it('advises from records, without a question where nobody sits there', async () => {
    const { code, out, err } = await nearside('advise', '--records', records)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^(Hybrid is worth it|Stay with the cloud): \d of 4/)
    expect(out).toMatch(/requestsPerDay +\d+\S* a day +measured: \d+ requests in/)
  })

  it('advises from a file of answers, over which a flag has the last word', async () => {
    const answers = file(
      'answers.json',
      JSON.stringify({ requestsPerDay: 100, easyShare: 0.9, confinedShare: 0, latencyMs: 0 }),
    )
    expect((await nearside('advise', '--answers', answers)).out).toMatch(
      /^Stay with the cloud: 1 of 4 speaks/,
    )
    const { out } = await nearside('advise', '--answers', answers, '--latency-ms', '50', '--json')
    expect(JSON.parse(out)).toMatchObject({ verdict: 'hybrid', figures: { latencyMs: { source: 'given' } } })
  })

  it('names what it needs where it has too little', async () => {
    const { code, out, err } = await nearside('advise')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('--requests-per-day')
  })
})

it('both stand in the help', async () => {
  const { out } = await nearside('help')
  expect(out).toContain('replay --records FILE --policy A.json [--policy B.json]')
  expect(out).toContain('advise [--records FILE]')
})
