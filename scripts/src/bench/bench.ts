/** What a bench is: something with a name that measures for a while and says what it found. */
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { installedVersion } from '../workerd/repository.ts'

export type BenchOptions = {
  /** Interleaved rounds, each of every target. */
  readonly rounds: number
  /** How long one target is measured at once, in seconds. */
  readonly seconds: number
  /** Of `designs`: in each environment, of each seed; each round has the next seed. */
  readonly tasks: number
  readonly seed: number
  /** How large the generated model of `local` is. */
  readonly dimensions: '3b' | 'small'
  /** Keeps what was generated for the next run. */
  readonly keep: boolean
  /** Progress, and the table, for people. */
  readonly say: (line: string) => void
}

export type Row = Readonly<Record<string, unknown>>

export type BenchResult = {
  readonly rows: readonly Row[]
  /** The few numbers that a reader would quote; null where one could not be taken. */
  readonly figures: Readonly<Record<string, number | null>>
  /** What makes the figures worthless, if anything. */
  readonly failures: readonly string[]
}

export type Bench = (options: BenchOptions) => Promise<BenchResult>

export type Machine = Readonly<Record<string, string | number>>

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    load1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    workerd: installedVersion('workerd'),
    hono: installedVersion('hono'),
  }
}
