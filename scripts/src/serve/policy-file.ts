/**
 * The policy's file on Node: read at the start, and again when it changes or on SIGHUP. A file that cannot be read or is
 * wrong leaves the policy before it in force, and somebody is told.
 *
 * The folder is watched and not the file: editors and config maps put a new file in the old one's place, and a watch
 * stays with the old one.
 */
import { readFileSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import {
  type GivenPolicy,
  isNearsideError,
  NearsideError,
  policyHash,
  readPolicyFile,
  resolvePolicy,
} from '@nearside/core'

export type PolicyFile = { readonly now: () => GivenPolicy; close(): void }

/** One change of a file is told several times. */
const settleMs = 50

export function openPolicyFile(file: string, base: GivenPolicy, say: (line: string) => void): PolicyFile {
  const path = resolve(file)
  let text = readText(path)
  let policy: GivenPolicy = { ...base, ...readPolicyFile(text, basename(path)) }
  say(`policy ${policyHash(resolvePolicy(policy))} from ${path}`)

  function readAgain(): void {
    try {
      const newest = readText(path)
      if (newest === text) return
      text = newest
      policy = { ...base, ...readPolicyFile(newest, basename(path)) }
      say(`policy ${policyHash(resolvePolicy(policy))} from ${path}`)
    } catch (error) {
      say(`the policy stays as it was: ${isNearsideError(error) ? error.message : String(error)}`)
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
    now: () => policy,
    close() {
      clearTimeout(settling)
      watcher.close()
      process.off('SIGHUP', readAgain)
    },
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `The policy's file ${path} cannot be read.`, {
      cause,
      param: 'policy',
    })
  }
}
