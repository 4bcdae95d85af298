/**
 * `npm run bench -- replay`: how long 100,000 records take to be decided again, from the command's start to its end.
 *
 * The command runs in a process of its own on generated records, once by the policy that decided them and once by two. That the
 * first gives every plan again is part of the run: a replay that is quick and wrong fails the bench.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { type GivenPolicy, resolvePolicy } from '@nearside/core'
import { generatedRecords } from '../../records/generated-records.ts'
import type { BenchOptions, BenchResult, Row } from '../bench.ts'
import { residentMib } from '../memory.ts'
import { round, spread } from '../statistics.ts'

const count = 100_000
const seed = 1
const own: GivenPolicy = { frontierFrom: 0.21 }
const other: GivenPolicy = { frontierFrom: 0.3, strategy: 'cascade' }
const sampleMs = 50

export async function benchReplay({ rounds, say }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nearside-replay-'))
  try {
    const records = join(folder, 'records.jsonl')
    await pipeline(Readable.from(recordLines()), createWriteStream(records))
    const [first, second] = [own, other].map((policy, at) => {
      const path = join(folder, `${at}.json`)
      writeFileSync(path, JSON.stringify(policy))
      return ['--policy', path]
    })
    const mib = round(statSync(records).size / 2 ** 20)
    say(`${count} records, ${mib} MiB`)
    const targets = { one: first ?? [], two: [...(first ?? []), ...(second ?? [])] }
    const taken = { one: [] as Run[], two: [] as Run[] }
    for (let each = 0; each < rounds; each++) {
      for (const name of ['one', 'two'] as const) {
        const run = await runReplay(['--records', records, ...targets[name]])
        taken[name].push(run)
        say(`${name.padEnd(4)} ${run.seconds.toFixed(2)} s, ${run.peakMib ?? '–'} MiB`)
      }
    }
    const rows: Row[] = (['one', 'two'] as const).map((name) => ({
      policies: name,
      records: count,
      fileMib: mib,
      seconds: spread(taken[name].map(({ seconds }) => seconds)),
      peakMib: Math.max(...taken[name].map(({ peakMib }) => peakMib ?? 0)),
    }))
    const all = [...taken.one, ...taken.two]
    const figures = {
      seconds_one_policy: round(spread(taken.one.map(({ seconds }) => seconds)).median),
      seconds_two_policies: round(spread(taken.two.map(({ seconds }) => seconds)).median),
      peak_mib: Math.max(...all.map(({ peakMib }) => peakMib ?? 0)),
    }
    for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(22)} ${value}`)
    return { rows, figures, failures: all.flatMap(({ failure }) => (failure === null ? [] : [failure])) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Run = { readonly seconds: number; readonly peakMib: number | null; readonly failure: string | null }

function* recordLines(): Generator<string> {
  const records = generatedRecords({ count, seed, policy: resolvePolicy(own) })
  for (const record of records) yield `${JSON.stringify(record)}\n`
}

const cli = fileURLToPath(
  new URL(`../../cli.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
)

function runReplay(words: readonly string[]): Promise<Run> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['--conditions=source', cli, 'replay', ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let peakMib: number | null = null
  const sampling = setInterval(async () => {
    const now = child.pid === undefined ? null : await residentMib(child.pid)
    if (now !== null) peakMib = Math.max(peakMib ?? 0, now)
  }, sampleMs)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearInterval(sampling)
      const seconds = (performance.now() - begun) / 1_000
      resolve({ seconds, peakMib, failure: code === 0 ? failureOf(said) : `replay ended with ${code}` })
    })
  })
}

function failureOf(said: string): string | null {
  const { decided, policies } = JSON.parse(said) as {
    readonly decided: number
    readonly policies: readonly { readonly own: number; readonly mismatches: number }[]
  }
  const [first] = policies
  return first?.own === decided && first.mismatches === 0
    ? null
    : `the policy that decided ${decided} records gave ${first?.own} of them again, ${first?.mismatches} otherwise`
}
