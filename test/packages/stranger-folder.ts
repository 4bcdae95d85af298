/**
 * An empty folder outside the repository, in which nothing of it can be found by walking up, and npm in it as a
 * stranger has it: no lockfile, newest in range, no install scripts.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type Ran = { readonly stdout: string; readonly stderr: string }

export type StrangerFolder = AsyncDisposable & {
  readonly path: string
  write(name: string, text: string): Promise<void>
  /** Runs a program with the folder's own programs first on PATH; what it said is in the error where it fails. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
}

export const installMs: number = 300_000

const howTo = `No package registry answers, so the packages cannot be installed. Name one that does:
  npm config set registry https://your-registry.example`

/** Whether packages can be had here, by npm's own configuration. */
export async function registryAnswers(): Promise<boolean> {
  try {
    await promisify(execFile)('npm', [
      'view',
      'hono',
      'version',
      '--fetch-retries=1',
      '--fetch-timeout=15000',
    ])
    return true
  } catch {
    console.warn(howTo)
    return false
  }
}

export async function strangerFolder(): Promise<StrangerFolder> {
  const path = await mkdtemp(join(tmpdir(), 'nearside-stranger-'))
  const env = environment(path)
  return {
    path,
    write: (name, text) => writeFile(join(path, name), text),
    async run(program, args, more = {}) {
      try {
        return await promisify(execFile)(program, [...args], {
          cwd: path,
          env: { ...env, ...more },
          timeout: installMs,
          maxBuffer: 32 * 1024 * 1024,
        })
      } catch (cause) {
        const said = cause as Partial<Ran>
        throw new Error(`${program} ${args.join(' ')} failed:\n${said.stdout}\n${said.stderr}`, { cause })
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Ours without what the tests' own runner and npm left in it: a condition or a prefix of the checkout would help. */
export function environment(path: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(?:NODE_OPTIONS|NODE_PATH|VITEST.*|NODE_ENV|TEST|INIT_CWD|WRANGLER_BUILD.*)$/.test(name) &&
      !/^npm_(?:package|lifecycle|config_(?:local_prefix|prefix))/.test(name),
  )
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: `${join(path, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
    npm_config_ignore_scripts: 'true',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    WRANGLER_SEND_METRICS: 'false',
    CI: '1',
  }
}
