/** Where the mounted app is served: each runtime begins it with the variables it is given, and says where it listens. */
import { fileURLToPath } from 'node:url'
import { start, stop } from '../../scripts/src/workerd/processes.ts'
import { root } from '../../scripts/src/workerd/repository.ts'
import { startNodeApp } from '../harness/node-app.ts'
import { bundleWorker, startWorker } from '../harness/worker.ts'
import { ownRuntime, type RuntimePackage } from './own-runtime.ts'
import app, { type Variables } from './served-app.ts'

export type Running = { readonly url: string; close(): Promise<void> }

/** Not on this machine: what would bring it, and why it did not come. */
export type Missing = { readonly missing: string }

export type Runtime = {
  readonly name: string
  begin(variables: Variables): Promise<Running | Missing>
}

export const runtimes: readonly Runtime[] = [
  {
    name: 'workerd',
    async begin(variables) {
      const bundle = await bundleWorker(new URL('./served-app.ts', import.meta.url))
      return startWorker({ bundle, vars: variables })
    },
  },
  {
    name: 'node',
    begin: (variables) => startNodeApp({ fetch: (request) => app.fetch(request, variables) }),
  },
  {
    name: 'bun',
    begin: (variables) =>
      beginOwn(bun, (path) => [path, '--conditions=source', script('./serve-on-bun.ts')], variables),
  },
  {
    name: 'deno',
    begin: (variables) =>
      beginOwn(
        deno,
        (path) => [path, 'run', ...denoFlags, '--conditions=source', script('./serve-on-deno.ts')],
        variables,
      ),
  },
]

/** The build for processors without AVX2, which runs everywhere. */
const bun: RuntimePackage = { name: '@oven/bun-linux-x64-baseline', version: '1.4.5', binary: 'bin/bun' }
const deno: RuntimePackage = { name: '@deno/linux-x64-glibc', version: '2.9.6', binary: 'deno' }

/** It may speak to this machine and read its environment; what it runs is here already. */
const denoFlags = ['--no-prompt', '--cached-only', '--allow-env', '--allow-net=127.0.0.1']

function script(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

async function beginOwn(
  wanted: RuntimePackage,
  commandOf: (path: string) => readonly string[],
  variables: Variables,
): Promise<Running | Missing> {
  const found = await ownRuntime(wanted)
  if (!found.had) return { missing: `${found.line}   # ${found.why}` }
  const [command = '', ...args] = commandOf(found.path)
  const child = start(command, args, { cwd: root, env: { ...process.env, ...variables } })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    const hear = (text: Buffer): void => {
      said += text.toString()
      const address = /^http:\/\/127\.0\.0\.1:\d+$/m.exec(said)?.[0]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(`${wanted.name} ended: ${said}`)))
  })
  return { url, close: () => stop(child) }
}
