/** The tarballs as a stranger has them: installed, typed, run on Node, bundled by wrangler, streaming. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asModule } from '../../scripts/src/workerd/bundle.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { startWorker } from '../harness/worker.ts'
import {
  environment,
  installMs,
  registryAnswers,
  type StrangerFolder,
  strangerFolder,
} from './stranger-folder.ts'
import { tarballs } from './tarballs.ts'

const there = await registryAnswers()

/** The ranges are those of the packages' own peers and dependencies: npm takes the newest in them. */
const beside = ['hono@^4', '@hono/node-server@^2', 'wrangler@^4', 'typescript@latest', '@types/node@24']
const linters = ['publint@latest', '@arethetypeswrong/cli@latest']
const olderNode = `node-linux-${process.arch}@22`

const app = `import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

type Bindings = { FRONTIER_URL: string; FRONTIER_KEY: string }

const app = new Hono<{ Bindings: Bindings }>()
app.use('/v1/*', nearside<{ Bindings: Bindings }>((c) => ({
  open: 'loopback',
  frontier: { url: c.env.FRONTIER_URL, key: c.env.FRONTIER_KEY, models: ['gpt-5'] },
})))
export default app
`

const server = `import { serve } from '@hono/node-server'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

const app = new Hono()
const { FRONTIER_URL: url, FRONTIER_KEY: key } = process.env
app.use('/v1/*', nearside({ open: 'loopback', frontier: { url, key, models: ['gpt-5'] } }))
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0, overrideGlobalObjects: false }, ({ port }) =>
  console.log(\`\${process.version} \${port}\`))
`

const types = `import { classifierOf, learnedDifficulty, parseUsd, readClassifier } from '@nearside/core'
import bytes from '@nearside/core/classifier.onnx.bin'
import { type NearsideOptions, memoryBudgetStore } from '@nearside/workers'
import { readEnvironment } from '@nearside/workers/env'
import { redisBudgetStore } from '@nearside/workers/redis'

export const options: NearsideOptions = {
  open: 'loopback',
  difficulty: learnedDifficulty(classifierOf(readClassifier(new Uint8Array(bytes)))),
  budgets: memoryBudgetStore(),
  caps: [{ scope: 'account', window: 'day', limit: parseUsd('5') }],
  onStoreError: 'refuse',
}
export const read: typeof readEnvironment = readEnvironment
export const store: typeof redisBudgetStore = redisBudgetStore
// @ts-expect-error: were the types not found, anything would do here
export const wrong: NearsideOptions = { open: 5 }
`

let folder: StrangerFolder
let frontier: Frontier

beforeAll(async () => {
  folder = await strangerFolder()
  frontier = await startFrontier()
  if (!there) return
  await folder.write('package.json', '{ "name": "stranger", "private": true, "type": "module" }')
  const packed = (await tarballs()).map(({ file }) => file)
  await folder.run('npm', ['install', '--no-package-lock', ...packed, ...beside, ...linters, olderNode])
  await folder.write('app.ts', app)
  await folder.write('server.js', server)
  await folder.write('types.ts', types)
}, installMs)

afterAll(async () => {
  await frontier.close()
  await folder[Symbol.asyncDispose]()
})

describe.skipIf(!there)('installed in an empty folder', () => {
  it('TRUST 28: publint and the types check find nothing in any tarball', async () => {
    for (const { file } of await tarballs()) {
      expect((await folder.run('publint', ['run', file, '--strict'])).stdout).toContain('All good')
      await folder.run('attw', [file, '--profile', 'esm-only', '--no-emoji'])
    }
  })

  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])(
    'TRUST 28: its types are found and hold with module %s and resolution %s',
    async (module, resolution) => {
      // In a file: without one the compiler looks for another's, up to the root.
      const lib = ['ES2023', 'DOM', 'DOM.AsyncIterable']
      const compilerOptions = { module, moduleResolution: resolution, target: 'ES2023', lib, types: ['node'] }
      const settings = {
        compilerOptions: { ...compilerOptions, strict: true, noEmit: true },
        files: ['types.ts'],
      }
      await folder.write('tsconfig.json', JSON.stringify(settings))
      await folder.run('tsc', ['-p', 'tsconfig.json'])
    },
  )

  it.each([24, 22])('TRUST 28: a mounted app streams on Node %i', async (major) => {
    const older = join(folder.path, 'node_modules', olderNode.split('@')[0] ?? '', 'bin/node')
    const node = major === 24 ? process.execPath : older
    const child = spawn(node, ['server.js'], { cwd: folder.path, env: variables() })
    try {
      const [version = '', port] = (await firstLine(child)).split(' ')
      expect(version).toMatch(new RegExp(`^v${major}\\.`))
      await expectStream(`http://127.0.0.1:${port}`)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('TRUST 28: a mounted app that wrangler bundles streams in workerd', async () => {
    const built = ['deploy', 'app.ts', '--dry-run', '--outdir', 'built', '--name', 'stranger']
    await folder.run('wrangler', [...built, '--compatibility-date', '2026-10-01'])
    const script = asModule('app.js', await readFile(join(folder.path, 'built/app.js')))
    await using worker = await startWorker({
      bundle: { main: 'app.js', modules: { 'app.js': script } },
      vars: { FRONTIER_URL: `${frontier.url}/v1`, FRONTIER_KEY: frontier.key },
    })
    await expectStream(worker.url)
    expect(await worker.faults()).toEqual([])
  })

  it('TRUST 28: who uses the condition `source` for packages of its own is not led astray', async () => {
    await folder.run('node', ['--conditions=source', '-e', "await import('@nearside/workers')"])
  })

  it('TRUST 28: the commands run as they are installed, and find what they came with', async () => {
    expect((await folder.run('nearside', ['help'])).stdout).toContain('redis-bridge')
    const checked = await folder.run('nearside', ['check'], {
      NEARSIDE_OPEN: 'loopback',
      OPENAI_API_KEY: 'sk-x',
    })
    expect(checked.stdout).toContain('The variables are right')
    await folder.write('verdicts.jsonl', '')
    await expect(folder.run('nearside', ['calibrate', '--records', 'verdicts.jsonl'])).rejects.not.toThrow(
      /Cannot find|cannot be read|ENOENT/,
    )
    expect((await folder.run('nearside-runtime', ['list', '--catalogue'])).stdout).toContain('smollm2-135m')
  })
})

/** The first piece comes while the upstream is still speaking, and the end is told. */
async function expectStream(url: string): Promise<void> {
  frontier.next({ fault: 'slow-chunks', delayMs: 20 })
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-5',
      stream: true,
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    }),
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-nearside-tier')).toBe('frontier')
  let text = ''
  let pieces = 0
  const decoder = new TextDecoder()
  for await (const piece of answer.body ?? []) {
    text += decoder.decode(piece, { stream: true })
    pieces += 1
  }
  expect(pieces).toBeGreaterThan(1)
  expect(text).toContain('"delta"')
  expect(text.trimEnd()).toMatch(/data: \[DONE\]$/)
}

function variables(): Record<string, string> {
  return { ...environment(folder.path), FRONTIER_URL: `${frontier.url}/v1`, FRONTIER_KEY: frontier.key }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let complaints = ''
  child.stderr?.on('data', (text: Buffer) => (complaints += text.toString()))
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The server ended:\n${complaints}`)
  })
  const said = once(child.stdout ?? child, 'data').then(([text]) => String(text).trim())
  return Promise.race([said, ended])
}
