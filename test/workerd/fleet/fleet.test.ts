/** The openai client at the standalone Worker, which has three nodes and a frontier that none of this should reach. */
import { type ServedRuntime, scriptedEngine, serveRuntime } from '@nearside/local-runtime'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { callerKey, digestOf } from '../security/requests.ts'

const secret = 'secret-of-the-nodes'

type Node = { readonly name: string; readonly port: number; served: ServedRuntime; pauseMs: number }

/** It answers with its name, three words long. */
async function startNode(name: string, port = 0, given: Partial<Node> = {}): Promise<Node> {
  const node = { name, pauseMs: 0, ...given } as Node
  const engine = scriptedEngine({
    async *script() {
      for (const word of [`${name} `, 'was ', 'here']) {
        await new Promise((resolve) => setTimeout(resolve, node.pauseMs))
        yield word
      }
    },
  })
  const served = await serveRuntime({ engine, port, secret, slots: 1, drainMs: 20_000 })
  await served.ready
  return Object.assign(node, { served, port: Number(new URL(served.url).port) })
}

let frontier: Frontier
let nodes: Node[]
let worker: RunningWorker
let client: OpenAI

beforeAll(async () => {
  frontier = await startFrontier()
})
beforeEach(async () => {
  nodes = await Promise.all(['first', 'second', 'third'].map((name) => startNode(name)))
  worker = await startWorker({
    vars: {
      NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`,
      NEARSIDE_LOCAL_URL: nodes.map(({ served }) => `${served.url}/v1`).join(','),
      NEARSIDE_LOCAL_SECRET: secret,
      NEARSIDE_LOCAL_MODELS: 'scripted',
      NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
      NEARSIDE_FRONTIER_KEY: frontier.key,
      NEARSIDE_FRONTIER_MODELS: 'gpt-5',
    },
  })
  client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: callerKey, maxRetries: 0 })
})
afterEach(async () => {
  // workerd tells of each connection that was refused, also where that was expected.
  expect((await worker.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  await worker.close()
  await Promise.all(nodes.map(({ served }) => served.close()))
})
afterAll(() => frontier.close())

const easy = {
  model: 'auto',
  max_tokens: 50,
  messages: [{ role: 'user' as const, content: 'Rewrite this politely: go away.' }],
}

/** Which node answered; it throws where nobody did. */
async function whoAnswers(stream = false): Promise<string> {
  let text = ''
  if (stream) {
    for await (const chunk of await client.chat.completions.create({ ...easy, stream })) {
      text += chunk.choices[0]?.delta.content ?? ''
    }
  } else {
    text = (await client.chat.completions.create(easy)).choices[0]?.message.content ?? ''
  }
  expect(text).toMatch(/^\w+ was here$/)
  return text.split(' ')[0]!
}

async function answersOf(count: number, atOnce: number): Promise<readonly string[]> {
  const names: string[] = []
  let left = count
  const asker = async (): Promise<void> => {
    while (left-- > 0) names.push(await whoAnswers(left % 2 === 0))
  }
  await Promise.all(Array.from({ length: atOnce }, asker))
  return names
}

const timesOf = (names: readonly string[], name: string): number =>
  names.filter((other) => other === name).length

type Told = { readonly standing: string; readonly model_version: string | null; readonly load: unknown }

async function ready(): Promise<Readonly<Record<string, Told>>> {
  const headers = { authorization: `Bearer ${callerKey}` }
  const page = await (await fetch(`${worker.url}/ready`, { headers })).json()
  return (page as { nodes: Record<string, Told> }).nodes
}

async function askUntil(isSo: (nodes: Awaited<ReturnType<typeof ready>>) => boolean): Promise<void> {
  const endMs = performance.now() + 40_000
  while (performance.now() < endMs) {
    if (isSo(await ready())) return
    await whoAnswers()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`it never came to be: ${JSON.stringify(await ready())}`)
}

describe('a fleet of three nodes', () => {
  it('gives a slow node fewer calls, and never the frontier', async () => {
    nodes[0]!.pauseMs = 150
    const names = await answersOf(40, 3)
    expect(timesOf(names, 'first')).toBeLessThan(timesOf(names, 'second') + timesOf(names, 'third'))
    expect(timesOf(names, 'second')).toBeGreaterThan(0)
    expect(timesOf(names, 'third')).toBeGreaterThan(0)
    expect(frontier.requests).toHaveLength(0)
  })

  it('waits in a line rather than go to the frontier where no slot is free', async () => {
    for (const node of nodes) node.pauseMs = 50
    expect(await answersOf(24, 8)).toHaveLength(24)
    expect(frontier.requests).toHaveLength(0)
  })

  it('passes over a node that drains, and loses no request', async () => {
    const draining = nodes[1]!
    draining.pauseMs = 3_000
    const own = new OpenAI({ baseURL: `${draining.served.url}/v1`, apiKey: secret, maxRetries: 0 })
    const last = own.chat.completions.create({ ...easy, model: 'scripted' })
    await expect
      .poll(async () => (await fetch(`${draining.served.url}/health`)).headers.get('x-nearside-load'))
      .toMatch(/slots=1\/1/)
    const closed = draining.served.close()
    expect(timesOf(await answersOf(20, 2), 'second')).toBe(0)
    expect((await last).choices[0]?.message.content).toBe('second was here')
    await closed
    expect(timesOf(await answersOf(20, 2), 'second')).toBe(0)
    expect(frontier.requests).toHaveLength(0)
  })

  it('loses no request where a node dies, rests it, and has it back when it is there again', async () => {
    await answersOf(6, 1)
    const { port, served } = nodes[2]!
    await served.close()
    await askUntil((told) => told['local-3']?.standing === 'resting')
    expect(timesOf(await answersOf(10, 2), 'third')).toBe(0)
    nodes[2] = await startNode('third', port)
    await askUntil((told) => told['local-3']?.standing === 'ready')
    let answered = false
    for (let times = 0; times < 60 && !answered; times++) answered = (await whoAnswers()) === 'third'
    expect(answered).toBe(true)
    expect(frontier.requests).toHaveLength(0)
  })

  it('tells of its nodes by name, and of no address', async () => {
    await answersOf(6, 2)
    const told = await ready()
    expect(Object.keys(told)).toEqual(['local-1', 'local-2', 'local-3'])
    await expect
      .poll(async () => Object.values(await ready()).map(({ model_version }) => model_version))
      .toEqual(Array.from({ length: 3 }, () => '1.0.0+scripted'))
    const headers = { authorization: `Bearer ${callerKey}` }
    const pages = await Promise.all(
      ['ready', 'metrics'].map(async (page) => (await fetch(`${worker.url}/${page}`, { headers })).text()),
    )
    expect(pages[1]).toContain('nearside_node_up{node="local-1"} 1')
    for (const page of pages) {
      expect(page).not.toContain(secret)
      for (const { port } of nodes) expect(page).not.toContain(String(port))
    }
  })

  it('tells a node how long an answer is of use and that nobody waits, and refuses other words', async () => {
    const ask = (headers: Record<string, string>) => client.chat.completions.create(easy, { headers })
    await ask({ 'x-nearside-latency-ms': '5000', 'x-nearside-priority': 'batch' })
    await expect(ask({ 'x-nearside-priority': 'soon' })).rejects.toThrow(/interactive, batch/)
  })
})
