/**
 * An operator's file on Node: read at the start, and again when it changes or on SIGHUP. A file that cannot be read or is
 * wrong leaves what it said before in force, and somebody is told.
 *
 * The folder is watched and not the file: editors and config maps put a new file in the old one's place, and a watch
 * stays with the old one.
 */
import { readFileSync, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isNearsideError, NearsideError } from '@nearside/core'

export type LiveFile<Value> = { readonly now: () => Value; close(): void }

export type LiveFileTerms<Value> = {
  /** What it holds, for programs that are told what is wrong: `policy`. */
  readonly param: string
  /** What holds where the newest text does not: `the policy stays as it was`. */
  readonly kept: string
  /** Throws where the text is wrong. */
  readonly read: (text: string, path: string) => Value
  /** What is said of a text that was taken. */
  readonly told: (value: Value) => string
}

/** One change of a file is told several times. */
const settleMs = 50

export function openLiveFile<Value>(
  file: string,
  { param, kept, read, told }: LiveFileTerms<Value>,
  say: (line: string) => void,
): LiveFile<Value> {
  const path = resolve(file)
  const readText = (): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw new NearsideError('bad-options', `The file ${path} (${param}) cannot be read.`, { cause, param })
    }
  }
  let text = readText()
  let value = read(text, path)
  say(`${told(value)} from ${path}`)

  function readAgain(): void {
    try {
      const newest = readText()
      if (newest === text) return
      text = newest
      value = read(newest, path)
      say(`${told(value)} from ${path}`)
    } catch (error) {
      say(`${kept}: ${isNearsideError(error) ? error.message : String(error)}`)
    }
  }

  let settling: NodeJS.Timeout | undefined
  const watcher = watch(dirname(path), { persistent: false }, () => {
    clearTimeout(settling)
    settling = setTimeout(readAgain, settleMs)
  })
  watcher.on('error', (error) =>
    say(`changes of ${path} are not seen any more (${error.message}); SIGHUP reads it`),
  )
  process.on('SIGHUP', readAgain)
  return {
    now: () => value,
    close() {
      clearTimeout(settling)
      watcher.close()
      process.off('SIGHUP', readAgain)
    },
  }
}
