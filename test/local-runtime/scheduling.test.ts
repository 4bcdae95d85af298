/** Who is answered when, and who is told at once to go elsewhere. */
import { afterEach, expect, it } from 'vitest'
import { stepped } from './scripts.ts'
import { ask, eventually, type Served, serveScript } from './served-runtime.ts'

let served: Served
afterEach(() => served?.close())

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function waiting(count: number): Promise<void> {
  await eventually(async () => (await served.get('/metrics')).body.includes(`queue_waiting ${count}\n`))
}

it('answers whoever waits for an answer before batch work, by header or by flex', async () => {
  const script = stepped(['done'])
  served = await serveScript(script.script)
  const order: string[] = []
  const asking = (name: string, body: object, headers: Record<string, string> = {}): Promise<unknown> =>
    served.client.chat.completions.create({ ...ask, ...body }, { headers }).then(() => order.push(name))

  const all = [asking('first', {})]
  await script.waiting()
  all.push(asking('batch', {}, { 'x-nearside-priority': 'batch' }))
  await waiting(1)
  all.push(asking('flex', { service_tier: 'flex' }))
  await waiting(2)
  all.push(asking('interactive', {}))
  await waiting(3)
  const load = JSON.parse((await served.get('/v1/load')).body)
  expect(load).toMatchObject({ queue: 3, waiting: { interactive: 1, batch: 2 } })
  script.finish()
  await Promise.all(all)
  expect(order).toEqual(['first', 'interactive', 'batch', 'flex'])
})

it('refuses at once what cannot have its first token in time, says why and when to return', async () => {
  async function* slow() {
    await pause(100)
    yield 'done'
  }
  served = await serveScript(slow)
  await served.client.chat.completions.create(ask)
  const inTime = { headers: { 'x-nearside-latency-ms': '60000' } }
  const hasty = { headers: { 'x-nearside-latency-ms': '20' } }
  await served.client.chat.completions.create(ask, inTime)

  await expect(served.client.chat.completions.create(ask, hasty)).rejects.toMatchObject({
    status: 429,
    code: 'queue_full',
    message: expect.stringMatching(/first token would come in about \d+ ms, and is wanted within 20 ms/),
  })
  // The third was never asked of the engine.
  expect((await served.get('/metrics')).body).toContain('nearside_runtime_output_tokens_total 2\n')
})

it('turns away nobody by a deadline before anything was measured', async () => {
  served = await serveScript()
  const answer = await served.client.chat.completions.create(ask, {
    headers: { 'x-nearside-latency-ms': '1' },
  })
  expect(answer.choices[0]?.finish_reason).toBe('stop')
})

it('lets nobody wait for a slot until long after the answer was wanted', async () => {
  const script = stepped(['done'])
  served = await serveScript(script.script)
  const first = served.client.chat.completions.create(ask)
  await script.waiting()
  await expect(
    served.client.chat.completions.create(ask, { headers: { 'x-nearside-latency-ms': '40' } }),
  ).rejects.toMatchObject({ status: 429, headers: expect.anything() })
  script.finish()
  await first
})

it('takes a request that may not stand in line where a slot is free, and else turns it away at once with its load', async () => {
  const script = stepped(['done'])
  served = await serveScript(script.script)
  const knock = { headers: { 'x-nearside-wait-ms': '0' } }
  const first = served.client.chat.completions.create(ask, knock)
  await script.waiting()
  await expect(served.client.chat.completions.create(ask, knock)).rejects.toMatchObject({
    status: 429,
    code: 'queue_full',
    message: expect.stringContaining('may not wait'),
  })
  expect((await served.get('/v1/load')).headers.get('x-nearside-load')).toContain('queue=0;slots=1/1')
  script.finish()
  expect((await first).choices[0]?.finish_reason).toBe('stop')
})

it('counts the line ahead: a deadline that holds for a free slot does not behind others', async () => {
  const held = stepped(['done'])
  let isFirst = true
  async function* script() {
    if (!isFirst) return yield* held.script()
    isFirst = false
    await pause(150)
    yield 'a'
    await pause(150)
    yield 'b'
  }
  served = await serveScript(script)
  await served.client.chat.completions.create(ask)
  const running = [1, 2, 3].map(() => served.client.chat.completions.create(ask))
  await waiting(2)
  // One that is free begins within about 150 ms; behind three answers of 300 ms it is later than that.
  const refused = served.client.chat.completions.create(ask, { headers: { 'x-nearside-latency-ms': '500' } })
  await expect(refused).rejects.toMatchObject({ status: 429 })
  await expect(refused).rejects.toThrow('first token would come')
  held.finish()
  await Promise.all(running)
})

it('refuses a priority or a deadline that makes no sense, by name', async () => {
  served = await serveScript()
  for (const [name, value] of [
    ['x-nearside-priority', 'highest'],
    ['x-nearside-latency-ms', '-5'],
  ] as const) {
    await expect(
      served.client.chat.completions.create(ask, { headers: { [name]: value } }),
    ).rejects.toMatchObject({ status: 400, param: name })
  }
})
