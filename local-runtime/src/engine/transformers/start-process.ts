/**
 * Starts the engine's process with as little as it needs: a pipe to the server, no output (what libraries print
 * could hold parts of a prompt), and of the environment only where things lie, so that no key is in it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'LANG',
]

export function startEngineProcess(): ChildProcess {
  // The process's file lies beside this one and has its ending: `.ts` in the sources, `.js` in the package.
  const isSource = import.meta.url.endsWith('.ts')
  const file = new URL(isSource ? './engine-process.ts' : './engine-process.js', import.meta.url)
  return fork(fileURLToPath(file), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: isSource ? ['--conditions=source'] : [],
    env: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
  })
}
