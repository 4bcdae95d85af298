/**
 * What NVIDIA's cards draw, by the driver's own tool: `nvidia-smi` is started once, told to write the power of each card twice a second, and
 * read while it runs. Joules are that power times the time for which it was the last one told. Starting it anew for each look would
 * cost more than the look: it takes the driver a good part of a second.
 *
 * As RAPL counts a whole package, this counts whole cards, whoever uses them. CUDA_VISIBLE_DEVICES names those that are meant, as it
 * does for the engine; empty, it means none.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Meter } from './rapl.ts'

export type NvidiaOptions = {
  /** Where the tool is looked for. @default PATH */
  readonly path?: string
  /** @default CUDA_VISIBLE_DEVICES */
  readonly devices?: string | undefined
  /** Milliseconds of a clock that only goes forward. @default performance.now */
  readonly now?: () => number
}

/** Between two readings. */
const everyMs = 500

/** After this long without one, what the cards draw is not known any more, and nothing is counted. */
const silenceMs = 3_000

/** Before the tool is started again after it has ended. */
const againMs = 60_000

/** Null where there is no such tool, or no card is meant. */
export function nvidiaMeter(options: NvidiaOptions = {}): Meter | null {
  const { path = process.env.PATH ?? '', now = () => performance.now() } = options
  const tool = foundIn(path)
  const devices = 'devices' in options ? options.devices : process.env.CUDA_VISIBLE_DEVICES
  if (tool === null || devices === '' || devices === '-1') return null
  const watts = new Map<string, { readonly drawn: number; readonly atMs: number }>()
  let joules = 0
  let countedToMs = now()
  let startedMs = Number.NEGATIVE_INFINITY
  let child: ChildProcess | null = null
  let isClosed = false

  function count(): void {
    const nowMs = now()
    for (const { drawn, atMs } of watts.values()) {
      const untilMs = Math.min(nowMs, atMs + silenceMs)
      joules += (drawn * Math.max(0, untilMs - Math.max(countedToMs, atMs))) / 1_000
    }
    countedToMs = nowMs
  }

  function read(line: string): void {
    const [card, drawn] = line.split(',').map((part) => part.trim())
    // Cards that do not tell say `[N/A]`.
    if (
      card === undefined ||
      drawn === undefined ||
      !/^\d+$/.test(card) ||
      !/^\d{1,5}(?:\.\d+)?$/.test(drawn)
    )
      return
    count()
    watts.set(card, { drawn: Number(drawn), atMs: now() })
  }

  function start(): void {
    if (isClosed || child !== null || tool === null || now() - startedMs < againMs) return
    startedMs = now()
    const meant = devices === undefined ? [] : ['-i', devices]
    const query = ['--query-gpu=index,power.draw', '--format=csv,noheader,nounits', `--loop-ms=${everyMs}`]
    const started = spawn(tool, [...query, ...meant], { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    let held = ''
    started.stdout.setEncoding('utf8')
    started.stdout.on('data', (text: string) => {
      // No line of it is that long: whatever else it says is not kept.
      const lines = (held + text).slice(-65_536).split('\n')
      held = lines.pop() ?? ''
      for (const line of lines) read(line)
    })
    const ended = (): void => {
      if (child !== started) return
      count()
      watts.clear()
      child = null
    }
    started.once('error', ended)
    started.once('exit', ended)
    // Neither it nor its pipe keeps a server alive that is done.
    started.unref()
    const { stdout } = started as { readonly stdout: { unref?(): void } }
    stdout.unref?.()
  }

  return {
    estimated: false,
    standsOn: 'nvidia-smi',
    joules() {
      start()
      count()
      return joules
    },
    close() {
      isClosed = true
      child?.kill()
    },
  }
}

function foundIn(path: string): string | null {
  for (const folder of path.split(delimiter)) {
    const tool = join(folder, process.platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi')
    try {
      accessSync(tool, constants.X_OK)
      return tool
    } catch {
      // The next folder, then.
    }
  }
  return null
}
