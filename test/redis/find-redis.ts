/**
 * Finds a Redis server for the tests, or fetches one; a test that needs Redis fails where there is none, and is never
 * left out.
 *
 * In this order: `$REDIS_SERVER`; `redis-server` or `valkey-server` on PATH; on Debian, the distribution's package:
 * installed by root, and unpacked into a cache folder of the repository by anyone else, with apt's own state kept
 * there too. A failure says how to install it.
 */
import { execFile } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export type RedisProgram = {
  readonly path: string
  /** What its process needs in its environment beside ours: where its libraries lie. */
  readonly env: Readonly<Record<string, string>>
}

export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly root: boolean
  readonly cacheFolder: string
}

const run = promisify(execFile)
const installMs = 5 * 60_000

const howToInstall = `No Redis server was found, and none could be fetched. Install one:
  Debian, Ubuntu:  sudo apt-get install -y redis-server
  Fedora:          sudo dnf install -y valkey
  macOS:           brew install redis
or name one: REDIS_SERVER=/path/to/redis-server`

export async function findRedis(surroundings: Surroundings = here()): Promise<RedisProgram> {
  const { env, root } = surroundings
  if (env.REDIS_SERVER) {
    if (await isProgram(env.REDIS_SERVER)) return { path: env.REDIS_SERVER, env: {} }
    throw new Error(`REDIS_SERVER names ${env.REDIS_SERVER}, which is no program that can be run.`)
  }
  const installed = await onPath(env.PATH)
  if (installed !== null) return { path: installed, env: {} }
  if (!(await isProgram('/usr/bin/apt-get'))) throw new Error(howToInstall)
  try {
    return root ? await install(surroundings) : await unpack(surroundings.cacheFolder)
  } catch (cause) {
    throw new Error(howToInstall, { cause })
  }
}

function here(): Surroundings {
  const cacheFolder = join(import.meta.dirname, '../../.cache/redis')
  return { env: process.env, root: process.getuid?.() === 0, cacheFolder }
}

/** A Valkey beside it, where there is one: `$VALKEY_SERVER`, or `valkey-server` on PATH. None is ever fetched. */
export async function findValkey({ env }: Pick<Surroundings, 'env'> = here()): Promise<RedisProgram | null> {
  if (env.VALKEY_SERVER) {
    if (await isProgram(env.VALKEY_SERVER)) return { path: env.VALKEY_SERVER, env: {} }
    throw new Error(`VALKEY_SERVER names ${env.VALKEY_SERVER}, which is no program that can be run.`)
  }
  const path = await onPath(env.PATH, ['valkey-server'])
  return path === null ? null : { path, env: {} }
}

async function onPath(path = '', names = ['redis-server', 'valkey-server']): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of names) {
      if (await isProgram(join(folder, name))) return join(folder, name)
    }
  }
  return null
}

async function install({ env }: Surroundings): Promise<RedisProgram> {
  // Another process may be installing just now: its lock is waited for.
  const wait = ['-o', 'DPkg::Lock::Timeout=120']
  const options = { timeout: installMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  await run('apt-get', [...wait, 'update'], options)
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'redis-server'], options)
  const path = await onPath(`${env.PATH ?? ''}${delimiter}/usr/bin`)
  if (path === null) throw new Error('apt-get installed redis-server, but no program of that name came.')
  return { path, env: {} }
}

async function unpack(cacheFolder: string): Promise<RedisProgram> {
  const folder = join(cacheFolder, 'debian')
  const found = await unpacked(folder)
  if (found !== null) return found

  await mkdir(cacheFolder, { recursive: true })
  const work = await mkdtemp(join(cacheFolder, 'fetch-'))
  try {
    await fetchPackages(work)
    // Whoever comes first puts the folder in its place; a second one finds it there.
    await rename(join(work, 'files'), folder).catch(() => undefined)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  const program = await unpacked(folder)
  if (program === null) throw new Error('The packages were unpacked, but hold no redis-server that runs.')
  return program
}

async function fetchPackages(work: string): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'packages', 'files']) {
    await mkdir(join(work, folder), { recursive: true })
  }
  const apt = [`Dir::State::lists=${work}/lists`, `Dir::Cache=${work}/cache`, 'Debug::NoLocking=1'].flatMap(
    (each) => ['-o', each],
  )
  const options = { cwd: join(work, 'packages'), timeout: installMs }
  await run('apt-get', [...apt, 'update'], options)

  // What apt would install is what is missing here: the server and those of its libraries that are not there yet.
  const wanted = [...apt, 'install', '--print-uris', '--yes', '--no-install-recommends', 'redis-server']
  const { stdout } = await run('apt-get', wanted, options)
  const names = [...stdout.matchAll(/^'[^']*' ([^_\s]+)_\S+\.deb /gm)].map(([, name = '']) => name)
  if (names.length === 0) throw new Error('apt-get names no package that would bring redis-server.')
  await run('apt-get', [...apt, 'download', ...names], options)
  for (const file of await readdir(options.cwd)) {
    await run('dpkg', ['-x', join(options.cwd, file), join(work, 'files')], { timeout: installMs })
  }
}

async function unpacked(folder: string): Promise<RedisProgram | null> {
  const path = join(folder, 'usr/bin/redis-server')
  if (!(await isProgram(path))) return null
  const libraries = await readdir(join(folder, 'usr/lib')).catch(() => [])
  const places = libraries
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(folder, 'usr/lib', name))
  const program = { path, env: { LD_LIBRARY_PATH: places.join(delimiter) } }
  await run(path, ['--version'], { env: { ...process.env, ...program.env } })
  return program
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
