/**
 * Starts an engine's process with as little as it needs: a pipe to the server, no output (what libraries print
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
  'CUDA_VISIBLE_DEVICES',
  'LANG',
]

/** `file` is the process's module without its ending, which is that of this one: `.ts` in the sources, `.js` in the package. */
export function startProcess(file: string, base: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const module = new URL(`${file}${isSource ? '.ts' : '.js'}`, base)
  return fork(fileURLToPath(module), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: isSource ? ['--conditions=source'] : [],
    env: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
  })
}
