/** The operators' blocks of docs/budgets.md, run as they stand there: only the ports are others, since these may be taken. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'
import { withinOneDay } from '../budget/within-one-day.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { freePort } from '../harness/free-port.ts'
import { type RedisServer, startRedis } from './start-redis.ts'

let redis: RedisServer
let frontier: Frontier
beforeAll(async () => {
  redis = await startRedis()
  frontier = await startFrontier()
})
afterAll(async () => {
  await frontier.close()
  await redis.close()
})

it('an operator makes a key with a cap of five dollars a day and sees a request refused at it, by the page’s blocks', async () => {
  const [bridgePort, gatewayPort] = [await freePort(), await freePort()]
  const blocks = (await operatorsBlocks())
    .replaceAll('redis://127.0.0.1:6379', redis.url)
    .replaceAll('127.0.0.1:8079', `127.0.0.1:${bridgePort}`)
    .replaceAll('127.0.0.1:8787', `127.0.0.1:${gatewayPort}`)
    .replaceAll('redis-bridge &', `redis-bridge --port ${bridgePort} &`)
    .replaceAll('serve &', `serve --port ${gatewayPort} &`)
  let before = 0
  const said = await withinOneDay(() => {
    before = frontier.requests.length
    return bash(`set -e\n${blocks}\n`)
  })

  expect(said).toMatch(/HTTP\/1\.1 200 OK/)
  expect(said).toMatch(/x-nearside-budget-remaining: 4\.9\d*/)
  expect(said).toMatch(/HTTP\/1\.1 429 Too Many Requests/)
  expect(said).toMatch(/"code":"insufficient_quota"/)
  expect(said).toMatch(/The day budget of key:[a-z0-9]{16} \(\$5\.00\) does not allow this call/)
  expect(said).toMatch(/key:[a-z0-9]{16} +day +\$0\.00\d+ /)
  // The one that was refused never got there.
  const asked = frontier.requests.slice(before)
  expect(asked.filter(({ path }) => path.endsWith('/chat/completions'))).toHaveLength(1)
})

async function operatorsBlocks(): Promise<string> {
  const page = await readFile(`${root}docs/budgets.md`, 'utf8')
  const part = /<!-- operators -->(.*?)<!-- \/operators -->/s.exec(page)?.[1] ?? ''
  const blocks = [...part.matchAll(/```sh\n(.*?)```/gs)].map((block) => block[1])
  expect(blocks).toHaveLength(3)
  return blocks.join('\n')
}

/** All that the blocks print. What they leave running ends with their process group. */
function bash(script: string): Promise<string> {
  const child = spawn('bash', ['-c', script], {
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
      NEARSIDE_FRONTIER_KEY: frontier.key,
      NEARSIDE_FRONTIER_MODELS: 'gpt-5',
    },
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      if (code === 0) resolve(said)
      else reject(new Error(`The blocks ended with ${code}:\n${said}`))
    })
  })
}
