/** `nearside advise` on this terminal: whoever sits there is asked, and a pipe is not. */
import { createInterface } from 'node:readline/promises'
import { NearsideError } from '@nearside/core'
import { runAdvise } from './run-advise.ts'

export async function adviseHere(words: readonly string[]): Promise<void> {
  const print = (text: string): void => void process.stdout.write(text)
  const isThere = process.stdin.isTTY === true && process.stdout.isTTY === true && !words.includes('--json')
  if (!isThere) return runAdvise(words, { print, ask: null, now: Date.now })
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const gone = new AbortController()
  terminal.once('close', () => gone.abort())
  try {
    const ask = (question: string): Promise<string> =>
      terminal.question(question, { signal: gone.signal }).catch((cause: unknown) => {
        throw new NearsideError('bad-options', 'Nothing is advised: the questions were left.', { cause })
      })
    await runAdvise(words, { print, ask, now: Date.now })
  } finally {
    terminal.close()
  }
}
