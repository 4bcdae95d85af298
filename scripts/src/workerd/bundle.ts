/**
 * Bundles a Worker from the workspaces' TypeScript, with the conditions under which wrangler bundles: what a test
 * or a bench mounts in a few lines of its own runs as it would be deployed.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A module that a Worker is made of. What is not JavaScript keeps its bytes. */
export type WorkerModule =
  | { readonly type: 'esm'; readonly contents: string }
  | { readonly type: 'wasm' | 'data'; readonly contents: Uint8Array<ArrayBuffer> }

export type Bundle = {
  readonly main: string
  readonly modules: Readonly<Record<string, WorkerModule>>
}

export type BundleOptions = {
  /** @default false */
  readonly minify?: boolean
}

export const conditions: readonly string[] = ['source', 'workerd', 'worker', 'browser']

export async function bundleWorker(entry: string | URL, options: BundleOptions = {}): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [typeof entry === 'string' ? entry : fileURLToPath(entry)],
    entryNames: 'worker',
    assetNames: '[hash]-[name]',
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    minify: options.minify ?? false,
    keepNames: false,
    conditions: [...conditions],
    external: ['cloudflare:*', 'node:*'],
    loader: { '.wasm': 'copy', '.bin': 'copy' },
    logLevel: 'silent',
  })
  const modules = outputFiles.map(
    (file) => [basename(file.path), asModule(file.path, file.contents)] as const,
  )
  return { main: 'worker.js', modules: Object.fromEntries(modules) }
}

export function asModule(path: string, bytes: Uint8Array): WorkerModule {
  if (path.endsWith('.js') || path.endsWith('.mjs')) {
    return { type: 'esm', contents: new TextDecoder().decode(bytes) }
  }
  return { type: path.endsWith('.wasm') ? 'wasm' : 'data', contents: new Uint8Array(bytes) }
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
