/**
 * @portkey-ai/gateway as its users run it, on Node: installed from npm into a folder of its own outside the
 * repository, never a dependency. Version 1.15.2 serves 500 on every stream with the @hono/node-server that npm
 * resolves for it today; with 1.13.5 its streams work.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, stop } from '../../workerd/processes.ts'

export type Portkey = { readonly port: number; readonly pid: number; stop(): Promise<void> }

const version = '1.15.2'
const nodeServerVersion = '1.13.5'

/** Starts Portkey, installing it first if needed, or tells why it cannot be had. */
export async function startPortkey(): Promise<Portkey | { readonly absent: string }> {
  const folder = join(tmpdir(), `nearside-bench-portkey-${version}`)
  const absent = await install(folder)
  if (absent !== null) return { absent }

  const port = await freePort()
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  const child = start(process.execPath, [script, '--headless', `--port=${port}`], {
    cwd: folder,
    stdio: 'ignore',
  })
  const deadlineMs = performance.now() + 15_000
  while (performance.now() < deadlineMs && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    if (answer?.ok) return { port, pid: child.pid ?? 0, stop: () => stop(child) }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop(child)
  return { absent: 'it did not start within 15 s' }
}

async function install(folder: string): Promise<string | null> {
  const ready = join(folder, 'installed')
  const installed = await readFile(ready, 'utf8').catch(() => '')
  if (installed === version) return null

  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { '@portkey-ai/gateway': version },
      overrides: { '@hono/node-server': nodeServerVersion },
    }),
  )
  const npm = start('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: outsideNpm(),
    stdio: 'ignore',
    timeout: 120_000,
  })
  const code = await new Promise<number | null>((resolve) => {
    npm.once('exit', resolve)
    npm.once('error', () => resolve(null))
  })
  if (code !== 0) return `npm could not install @portkey-ai/gateway@${version} (it ended with ${code})`
  await writeFile(ready, version)
  return null
}

/** `npm run` tells its scripts about this repository in the environment; the npm within is to know nothing of it. */
function outsideNpm(): NodeJS.ProcessEnv {
  const foreign = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:package|lifecycle|config_local)/i.test(name),
  )
  return Object.fromEntries(foreign)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
