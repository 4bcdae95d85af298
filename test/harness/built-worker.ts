/**
 * The standalone Worker as `wrangler deploy` would upload it, built from the root `wrangler.toml`.
 *
 * Built once for each state of the sources, whoever asks first: the result lies in `.cache`, under a hash of
 * everything that it was made of, so test files and test processes share it, and a stale one is never used.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { glob, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { asModule, type Bundle, conditions } from '../../scripts/src/workerd/bundle.ts'
import { root } from '../../scripts/src/workerd/repository.ts'
import { readSettings, type WorkerSettings } from '../../scripts/src/workerd/settings.ts'

export type BuiltWorker = { readonly bundle: Bundle; readonly settings: WorkerSettings }

const cache = join(root, '.cache/test-worker')
const settingsFile = 'wrangler-settings.json'
const staleAfterMs = 60 * 60 * 1000

/** Who asks while a build is under way in this process waits for that one. */
const underWay = new Map<string, Promise<BuiltWorker>>()

export async function builtWorker(): Promise<BuiltWorker> {
  const folder = join(cache, await hashOfSources())
  const building = underWay.get(folder) ?? readBuilt(folder).then((built) => built ?? build(folder))
  underWay.set(folder, building)
  return building
}

async function build(folder: string): Promise<BuiltWorker> {
  const settings = await readSettings()
  const partial = `${folder}-${process.pid}`
  await mkdir(partial, { recursive: true })
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
  await promisify(execFile)(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', partial], {
    cwd: root,
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_BUILD_CONDITIONS: conditions.join(','),
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(partial, 'wrangler.log'),
    },
  })
  await writeFile(join(partial, settingsFile), JSON.stringify(settings))
  // Another process may have been faster: its build is the same.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }))
  await removeStale()
  const built = await readBuilt(folder)
  if (built === null) throw new Error(`wrangler wrote no Worker to ${folder}`)
  return built
}

async function readBuilt(folder: string): Promise<BuiltWorker | null> {
  const text = await readFile(join(folder, settingsFile), 'utf8').catch(() => null)
  if (text === null) return null
  const settings = JSON.parse(text) as WorkerSettings
  const names = (await readdir(folder)).filter((name) => /\.(?:js|mjs|wasm|bin)$/.test(name))
  const modules = await Promise.all(
    names.map(async (name) => [name, asModule(name, await readFile(join(folder, name)))] as const),
  )
  const main = `${basename(settings.main).replace(/\.[cm]?[jt]s$/, '')}.js`
  return { settings, bundle: { main, modules: Object.fromEntries(modules) } }
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const files: string[] = []
  for await (const file of glob(
    ['{shared,workers}/{src/**,package.json}', 'wrangler.toml', 'package-lock.json'],
    { cwd: root },
  )) {
    if (!file.endsWith('.test.ts')) files.push(file)
  }
  for (const file of files.toSorted()) {
    const { mtimeMs, size, isFile } = await stat(join(root, file)).then((found) => ({
      ...found,
      isFile: found.isFile(),
    }))
    if (isFile) hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

async function removeStale(): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name)
    const found = await stat(folder).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > staleAfterMs)
      await rm(folder, { recursive: true, force: true })
  }
}
