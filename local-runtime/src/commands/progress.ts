/**
 * How far a pull is: one line that is drawn anew where somebody watches, a line now and then where a log
 * does.
 */
import { sizeText } from '../store/disk.ts'
import type { PullProgress } from '../store/pull.ts'
import type { Output } from './output.ts'

/** So often a bar is drawn at most. */
const drawEveryMs = 100

/** In a log, a line at each of so many parts. */
const logParts = 10

export type ProgressView = { show(progress: PullProgress): void; end(): void }

export function progressView(output: Output, now: () => number): ProgressView {
  const startMs = now()
  let startBytes: number | null = null
  let drawnMs = Number.NEGATIVE_INFINITY
  let part = -1
  let drawn = false
  return {
    show(progress) {
      // What an earlier pull left is no speed of this one.
      startBytes ??= progress.doneBytes
      const whole = progress.doneBytes >= progress.totalBytes
      if (output.isTerminal) {
        if (now() - drawnMs < drawEveryMs && !whole) return
        drawnMs = now()
        drawn = true
        const bytesPerSecond = ((progress.doneBytes - startBytes) * 1_000) / Math.max(1, drawnMs - startMs)
        output.err(`\r\x1b[K${progressBar(progress, bytesPerSecond, output.columns)}`)
        return
      }
      const reached = Math.floor((progress.doneBytes / Math.max(1, progress.totalBytes)) * logParts)
      if (reached <= part) return
      part = reached
      output.err(`${reached * (100 / logParts)} % of ${sizeText(progress.totalBytes)}\n`)
    },
    end() {
      if (drawn) output.err('\n')
    },
  }
}

/** `[######----]  61 %  490 MB of 800 MB  12 MB/s  0:26`, never wider than the terminal. */
export function progressBar(
  { doneBytes, totalBytes }: PullProgress,
  bytesPerSecond: number,
  columns: number,
): string {
  const ratio = totalBytes === 0 ? 1 : Math.min(1, Math.max(0, doneBytes / totalBytes))
  const left =
    bytesPerSecond > 0 && ratio < 1 ? `  ${timeText((totalBytes - doneBytes) / bytesPerSecond)}` : ''
  const told =
    `${String(Math.floor(ratio * 100)).padStart(3)} %  ${sizeText(doneBytes)} of ${sizeText(totalBytes)}` +
    `  ${sizeText(bytesPerSecond)}/s${left}`
  const width = Math.min(30, columns - told.length - 5)
  if (width < 5) return told.slice(0, Math.max(0, columns - 1))
  const full = Math.round(ratio * width)
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${told}`
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole >= 360_000) return 'hours'
  const minutes = Math.floor(whole / 60)
  const rest = String(whole % 60).padStart(2, '0')
  if (minutes < 60) return `${minutes}:${rest}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}
