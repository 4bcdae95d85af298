import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import { type NearNode, startNearNode } from './near-node.ts'

const quick = { pieces: ['from ', 'the first'] }
/** Later than the second one is asked, and sooner than anybody would be silent for. */
const late = { ...quick, firstMs: 3_000 }
const silent = { ...quick, firstMs: 60_000 }
const other = { pieces: ['from ', 'the second'] }

describe.each(placeNames)('a node that is silent for too long, in %s', (name) => {
  let place: Place
  let first: NearNode
  let second: NearNode
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    first = await startNearNode()
    second = await startNearNode()
    second.says(other)
    return async () => {
      await Promise.all([first.close(), second.close()])
    }
  })

  const open = (): Gateway => place.open({ frontier: [], local: [first, second], hedgesAfterMs: 1_000 })

  async function stream(gateway: Gateway): Promise<string> {
    let text = ''
    const chunks = await openaiOf(gateway).chat.completions.create({ ...streamed, model: 'local' })
    for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? ''
    return text
  }

  /** What is usual has to be heard first. */
  async function warm(gateway: Gateway): Promise<void> {
    first.says(quick)
    for (let i = 0; i < 3; i++) expect(await stream(gateway)).toBe('from the first')
    expect(second.asked).toHaveLength(0)
  }

  it('has a second one asked beside it, and is told to stop when that one answers', async () => {
    const gateway = open()
    await warm(gateway)
    first.says(silent)
    expect(await stream(gateway)).toBe('from the second')
    await expect.poll(first.left).toBe(1)
    const { records } = await gateway.observed()
    expect(records.at(-1)).toMatchObject({ outcome: 'answered', served: { target: 'local-2', attempts: 2 } })
  })

  it('wins where it begins before the second one', async () => {
    const gateway = open()
    await warm(gateway)
    first.says(late)
    second.says(silent)
    expect(await stream(gateway)).toBe('from the first')
    await expect.poll(second.left).toBe(1)
  })

  it('is waited for where the second one fails', async () => {
    const gateway = open()
    await warm(gateway)
    first.says(late)
    second.says({ pieces: [], status: 500 })
    expect(await stream(gateway)).toBe('from the first')
  })

  it('is waited for where nothing was heard of it yet, and where the answer is to come whole', async () => {
    first.says({ ...quick, firstMs: 200 })
    const gateway = open()
    expect(await stream(gateway)).toBe('from the first')
    const whole = await openaiOf(gateway).chat.completions.create({ ...question, model: 'local' })
    expect(whole.choices[0]?.message.content).toBe('from the first')
    expect(second.asked).toHaveLength(0)
  })

  it('is stopped with the second one by a client who leaves', async () => {
    const gateway = open()
    await warm(gateway)
    first.says(silent)
    second.says(silent)
    const connection = await askRaw(gateway, { ...streamed, model: 'local' })
    await expect.poll(() => second.asked.length).toBe(1)
    connection.hangUp()
    await expect.poll(() => [first.left(), second.left()]).toEqual([1, 1])
  })

  it('leaves no rejection that nobody saw', async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
