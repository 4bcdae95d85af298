/** The blocks of docs/start-from-packages.md in an empty folder, with the tarballs in place of the registry's packages. */
import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { freePort } from '../harness/free-port.ts'
import { type RedisServer, startRedis } from '../redis/start-redis.ts'
import {
  environment,
  installMs,
  registryAnswers,
  type StrangerFolder,
  strangerFolder,
} from './stranger-folder.ts'
import { fileOf } from './tarballs.ts'

const there = await registryAnswers()
const packages = ['@nearside/core', '@nearside/workers', '@nearside/cli', '@nearside/local-runtime']

let folder: StrangerFolder
let frontier: Frontier
let redis: RedisServer
beforeAll(async () => {
  folder = await strangerFolder()
  frontier = await startFrontier()
  redis = await startRedis()
})
afterAll(async () => {
  await redis.close()
  await frontier.close()
  await folder[Symbol.asyncDispose]()
})

describe.skipIf(!there)('a stranger with an empty folder', () => {
  it(
    'TRUST 28: mounts the gateway, keeps a budget in Redis and has a model of their own, by the page’s blocks',
    async () => {
      const page = await readFile(`${root}docs/start-from-packages.md`, 'utf8')
      for (const [, name = '', text = ''] of page.matchAll(/<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs)) {
        await mkdir(dirname(join(folder.path, name)), { recursive: true })
        await folder.write(name, text)
      }
      const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
      expect(blocks).toHaveLength(3)
      const said = await bash(`set -e\n${await adapted(blocks.join('\n'))}\n`)

      expect(said).toContain('An app of my own.')
      const answers = said.split('HTTP/1.1 ').slice(1)
      expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['200', '200', '200', '429'])
      const tiers = answers.map((answer) => /x-nearside-tier: (\w+)/i.exec(answer)?.[1])
      expect(tiers).toEqual(['edge', 'local', 'frontier', undefined])
      expect(answers[0]).toContain('391')
      expect(answers[1]).toContain('nearside-demo')
      expect(answers[2]).toMatch(/x-nearside-budget-remaining: 4\.9\d*/i)
      expect(answers[3]).toContain('"code":"insufficient_quota"')
      expect(frontier.requests.filter(({ path }) => path.endsWith('/chat/completions'))).toHaveLength(1)
    },
    installMs,
  )
})

/** Only what differs here: the tarballs, and the ports, since those of the page may be taken. */
async function adapted(blocks: string): Promise<string> {
  let text = blocks
  for (const name of packages) text = text.replace(`${name} `, `${await fileOf(name)} `)
  const [bridge, runtime, gateway, inspector] = await Promise.all([0, 0, 0, 0].map(freePort))
  return text
    .replaceAll('redis://127.0.0.1:6379', redis.url)
    .replaceAll('redis-bridge &', `redis-bridge --port ${bridge} &`)
    .replaceAll('nearside-runtime serve &', `nearside-runtime serve --port ${runtime} &`)
    .replaceAll('--port 8787 &', `--port ${gateway} --inspector-port ${inspector} &`)
    .replaceAll('127.0.0.1:8079', `127.0.0.1:${bridge}`)
    .replaceAll('127.0.0.1:8788', `127.0.0.1:${runtime}`)
    .replaceAll('127.0.0.1:8787', `127.0.0.1:${gateway}`)
}

/** All that the blocks print. What they leave running ends with their process group. */
function bash(script: string): Promise<string> {
  const child = spawn('bash', ['-c', script], {
    cwd: folder.path,
    detached: true,
    env: { ...environment(folder.path), OPENAI_BASE_URL: `${frontier.url}/v1`, OPENAI_API_KEY: frontier.key },
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nothing of it runs any more.
    }
  }
  // Also where the blocks never end: no server may outlive the test.
  process.once('exit', end)
  const late = setTimeout(end, installMs - 10_000)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(late)
      process.off('exit', end)
      end()
      if (code === 0) resolve(said)
      else reject(new Error(`The blocks ended with ${code}:\n${said}`))
    })
  })
}
