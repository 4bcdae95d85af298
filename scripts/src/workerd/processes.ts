/**
 * Child processes that never outlive the bench.
 *
 * Each is remembered until it has ended, and killed when this process ends, in whatever way that it can notice:
 * the end of its work, a failure, Ctrl-C, a signal. Nothing is left that would slow down the next run.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

const alive = new Set<ChildProcess>()
let watching = false

export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  watch()
  const child = spawn(command, args, options)
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  child.once('error', () => alive.delete(child))
  return child
}

/** Ends a child and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

function watch(): void {
  if (watching) return
  watching = true
  process.once('exit', () => {
    for (const child of alive) child.kill('SIGKILL')
  })
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  process.once('SIGHUP', () => process.exit(129))
}
