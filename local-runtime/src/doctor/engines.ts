/**
 * Which engines are installed beside this package, without loading them, and which devices they might find.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as v from 'valibot'

export type FoundEngine = {
  readonly engine: 'transformers' | 'llama'
  readonly package: string
  /** Null where it is not installed. */
  readonly version: string | null
}

const packages = [
  { engine: 'transformers', package: '@huggingface/transformers' },
  { engine: 'llama', package: 'node-llama-cpp' },
] as const

export function findEngines(): readonly FoundEngine[] {
  return packages.map((each) => ({ ...each, version: versionOf(each.package) }))
}

const packageSchema = v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() }))

/**
 * Looked for in the folders that an import looks through: a package need not let its own description be
 * imported.
 */
function versionOf(name: string): string | null {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const file = join(folder, ...name.split('/'), 'package.json')
    if (!existsSync(file)) continue
    const result = v.safeParse(packageSchema, readFileSync(file, 'utf8'))
    return result.success ? result.output.version : null
  }
  return null
}

/** What the system shows of graphics; whether an engine can use it is known when it loads. */
export function findDevices(): readonly string[] {
  if (process.platform === 'darwin') return process.arch === 'arm64' ? ['metal'] : []
  const devices = entries('/dev')
  return [
    ...(devices.some((name) => /^nvidia\d+$/.test(name)) ? ['cuda'] : []),
    ...(devices.includes('kfd') ? ['rocm'] : []),
    ...(entries(join('/dev', 'dri')).some((name) => name.startsWith('render')) ? ['vulkan'] : []),
  ]
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The nearest folder above a path that is there: a folder of models may not have been made yet. */
export function existingFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingFolder(dirname(path))
}
