/**
 * What was asked, answered and spent, in a file that outlives the process: a line for each hold, each answer and each hold that
 * is given back.
 *
 * A call's worst cost is written down before the call is made. So the limit holds over as many runs as it takes, through a
 * crash as well: a hold that was never settled counts as spent, because nobody knows whether the call was made. Answers are
 * found by the hash of all that was asked; they stand there as they came, readable by their owner alone.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type NanoUsd, NearsideError } from '@nearside/core'

export type KeptAnswer = {
  readonly text: string
  readonly nanoUsd: NanoUsd
  readonly joules: number | null
  readonly latencyMs: number
  readonly confidence: number | null
}

export type Journal = {
  find(key: string): KeptAnswer | null
  /** Sets the worst cost aside, or says that the limit has no room for it. */
  hold(worst: NanoUsd, limit: NanoUsd): { readonly granted: boolean; readonly hold: number }
  settle(hold: number, key: string, answer: KeptAnswer): void
  /** Only of a call that surely is not billed: never sent, or refused. */
  release(hold: number): void
  /** With what is held, as if it were spent. */
  spent(): NanoUsd
  close(): void
}

type Line =
  | { readonly hold: number; readonly worst: NanoUsd }
  | { readonly settled: number; readonly key: string; readonly answer: KeptAnswer }
  | { readonly released: number }

export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true })
  const lock = join(folder, 'lock')
  takeLock(lock)
  const path = join(folder, 'answers.jsonl')
  const answers = new Map<string, KeptAnswer>()
  const holds = new Map<number, NanoUsd>()
  let settled = 0
  let last = 0
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = before.slice(0, before.lastIndexOf('\n') + 1)
  // A last line without its end is torn: the process ended while it was written.
  if (whole !== before) truncateSync(path, Buffer.byteLength(whole))
  for (const [index, text] of whole.split('\n').entries()) {
    if (text === '') continue
    const line = lineIn(text)
    if (line === null) {
      rmSync(lock, { force: true })
      throw new NearsideError('bad-options', `${path}, line ${index + 1}, is not a line of this file.`)
    }
    apply(line)
  }
  const file = openSync(path, 'a', 0o600)

  function apply(line: Line): void {
    if ('worst' in line) {
      holds.set(line.hold, line.worst)
      last = Math.max(last, line.hold)
    } else if ('released' in line) holds.delete(line.released)
    else {
      holds.delete(line.settled)
      settled += line.answer.nanoUsd
      answers.set(line.key, line.answer)
    }
  }

  function write(line: Line): void {
    writeSync(file, `${JSON.stringify(line)}\n`)
    apply(line)
  }

  const spent = (): NanoUsd => settled + [...holds.values()].reduce((sum, worst) => sum + worst, 0)
  return {
    find: (key) => answers.get(key) ?? null,
    hold(worst, limit) {
      if (spent() + worst > limit) return { granted: false, hold: 0 }
      const hold = last + 1
      write({ hold, worst })
      return { granted: true, hold }
    },
    settle: (hold, key, answer) => write({ settled: hold, key, answer }),
    release: (hold) => write({ released: hold }),
    spent,
    close() {
      closeSync(file)
      rmSync(lock, { force: true })
    },
  }
}

function lineIn(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Line
    return typeof line === 'object' && line !== null ? line : null
  } catch {
    return null
  }
}

/** Two at once would each count for themselves, and both together spend more than the limit. */
function takeLock(lock: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(lock, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      return
    } catch (cause) {
      const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : '')
      if (attempt > 0 || isAlive(owner))
        throw new NearsideError(
          'bad-options',
          `${lock}: another nearside tune (process ${owner}) works here.`,
          { cause },
        )
      rmSync(lock, { force: true })
    }
  }
}

function isAlive(owner: number): boolean {
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return false
  try {
    process.kill(owner, 0)
    return true
  } catch {
    return false
  }
}
