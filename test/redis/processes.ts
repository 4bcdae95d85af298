/** Processes of this repository's own files, that say lines and are killed at the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Talking = AsyncDisposable & {
  say(line: string): void
  /** The next line that it says. */
  line(): Promise<string>
  kill(): Promise<void>
}

const root = join(import.meta.dirname, '../..')

export function startProcess(
  file: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Talking {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=source', join(root, file), ...words], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const killAtExit = (): boolean => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  const kill = async (): Promise<void> => {
    process.off('exit', killAtExit)
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  return {
    say: (line) => void child.stdin!.write(`${line}\n`),
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${file} ended without another line.`)
      return value
    },
    kill,
    [Symbol.asyncDispose]: kill,
  }
}
