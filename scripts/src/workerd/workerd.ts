/**
 * A Worker in plain `workerd serve`, without the layers of a development tool: Miniflare alone costs half of
 * what workerd can do.
 */
import { open, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Bundle } from './bundle.ts'
import { start, stop } from './processes.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type WorkerdOptions = {
  readonly bundle: Bundle
  readonly compatibilityDate: string
  readonly compatibilityFlags: readonly string[]
  readonly vars: Readonly<Record<string, string>>
}

export type Workerd = {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** A Worker written out as a folder that workerd can serve from, as often as wanted, until this process ends. */
export type WorkerdFolder = {
  serve(): Promise<Workerd>
}

export async function writeWorkerd(options: WorkerdOptions): Promise<WorkerdFolder> {
  const folder = temporaryFolder('workerd')
  for (const [name, module] of Object.entries(options.bundle.modules)) {
    await writeFile(join(folder, name), module.contents)
  }
  await writeFile(join(folder, 'config.capnp'), configText(options))
  await encodeConfig(folder)
  return { serve: () => serve(folder) }
}

async function serve(folder: string): Promise<Workerd> {
  const child = start(workerdPath(), ['serve', '--binary', 'config.bin', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    complaints = (complaints + bytes.toString()).slice(-4_000)
  })
  const port = await new Promise<number>((resolve, reject) => {
    let told = ''
    const control = child.stdio[3] as Readable
    control.on('data', (bytes: Buffer) => {
      told += bytes.toString()
      const listening = /"event":\s*"listen".*"port":\s*(\d+)/.exec(told)?.[1]
      if (listening !== undefined) resolve(Number(listening))
    })
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}: ${complaints}`)))
    child.once('error', reject)
  })
  return { port, pid: child.pid ?? 0, stop: () => stop(child) }
}

/**
 * As a platform hands a Worker over: encoded. From text, workerd would read and encode every module anew at each start, a
 * model's megabytes among them.
 */
async function encodeConfig(folder: string): Promise<void> {
  const output = await open(join(folder, 'config.bin'), 'w')
  try {
    const child = start(workerdPath(), ['compile', '--config-only', 'config.capnp'], {
      cwd: folder,
      stdio: ['ignore', output.fd, 'pipe'],
    })
    let complaints = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      complaints = (complaints + bytes.toString()).slice(-4_000)
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`workerd cannot read its configuration: ${complaints}`)
  } finally {
    await output.close()
  }
}

/** The binary itself: what the package puts on the PATH is a Node script that starts it. */
function workerdPath(): string {
  const workerd: { readonly default: string } = createRequire(import.meta.url)('workerd')
  return workerd.default
}

function configText(options: WorkerdOptions): string {
  const names = Object.keys(options.bundle.modules)
  const ordered = [options.bundle.main, ...names.filter((name) => name !== options.bundle.main)]
  const modules = ordered.map((name) => {
    const type = { esm: 'esModule', wasm: 'wasm', data: 'data' }[options.bundle.modules[name]?.type ?? 'data']
    return `(name = ${text(name)}, ${type} = embed ${text(name)})`
  })
  const vars = Object.entries(options.vars).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  bindings = [${vars.join(', ')}],
  compatibilityDate = ${text(options.compatibilityDate)},
  compatibilityFlags = [${options.compatibilityFlags.map(text).join(', ')}],
);
`
}

function text(value: string): string {
  return JSON.stringify(value)
}
