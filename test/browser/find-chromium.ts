/**
 * Finds a Chromium for the tests of pages, or fetches one: `$CHROMIUM`; chromium or chrome on PATH; on Debian, as root, the
 * distribution's package. Null where none can be had: then these tests are reported as skipped, with how to install one, and
 * whoever treats a skipped test as a failure hears of it.
 */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export const howToInstall = 'no Chromium: sudo apt-get install -y chromium, or CHROMIUM=/path/to/chrome'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'] as const
const run = promisify(execFile)
const installMs = 10 * 60_000

export async function findChromium(
  env = process.env,
  root = process.getuid?.() === 0,
): Promise<string | null> {
  if (env.CHROMIUM) {
    if (await isProgram(env.CHROMIUM)) return env.CHROMIUM
    throw new Error(`CHROMIUM names ${env.CHROMIUM}, which is no program that can be run.`)
  }
  const installed = await onPath(env.PATH)
  if (installed !== null || !root || !(await isProgram('/usr/bin/apt-get'))) return installed
  try {
    // Another process may be installing just now: its lock is waited for.
    const wait = ['-o', 'DPkg::Lock::Timeout=120']
    const options = { timeout: installMs, env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }
    await run('apt-get', [...wait, 'update'], options)
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'chromium'], options)
  } catch {
    return null
  }
  return onPath(`${env.PATH ?? ''}${delimiter}/usr/bin`)
}

async function onPath(path = ''): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of names) if (await isProgram(join(folder, name))) return join(folder, name)
  }
  return null
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
