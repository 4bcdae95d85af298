import { expect, it } from 'vitest'
import { type Admission, openQueue, type Turn } from './queue.ts'

const never = new AbortController().signal
const roomy = { slots: 1, maxWaiting: 8, maxWaitMs: 60_000 }

function turnOf(admission: Admission): Turn {
  if (!admission.admitted) throw new Error(`not admitted: ${admission.because}`)
  return admission.turn
}

/** Lets what has been decided become known. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

it('lets in as many as there are slots, and the next when one is given back', async () => {
  const queue = openQueue({ ...roomy, slots: 2 })
  const first = turnOf(await queue.enter('a', never))
  await queue.enter('a', never)
  const third = queue.enter('a', never)
  await settled()
  expect([queue.running(), queue.waiting()]).toEqual([2, 1])

  first.release()
  expect((await third).admitted).toBe(true)
  expect([queue.running(), queue.waiting()]).toEqual([2, 0])
})

it('gives a slot back once, however often it is released', async () => {
  const queue = openQueue({ ...roomy, slots: 2 })
  const first = turnOf(await queue.enter('a', never))
  await queue.enter('a', never)
  first.release()
  first.release()
  expect(queue.running()).toBe(1)
})

it('TRUST 33: keeps no more waiting than it may, of a hundred', async () => {
  const queue = openQueue(roomy)
  const admissions = Array.from({ length: 100 }, () => queue.enter('a', never))
  await settled()
  expect([queue.running(), queue.waiting()]).toEqual([1, 8])
  const refused = await Promise.all(admissions.slice(9))
  expect(refused).toHaveLength(91)
  expect(new Set(refused.map((admission) => !admission.admitted && admission.because))).toEqual(
    new Set(['queue-full']),
  )
})

it('serves callers by turns, and the requests of each in their order', async () => {
  const queue = openQueue(roomy)
  const order: string[] = []
  const first = turnOf(await queue.enter('greedy', never))
  for (const [caller, name] of [
    ['greedy', 'g1'],
    ['greedy', 'g2'],
    ['greedy', 'g3'],
    ['modest', 'm1'],
    ['third', 't1'],
  ] as const) {
    void queue.enter(caller, never).then((admission) => {
      order.push(name)
      setImmediate(() => turnOf(admission).release())
    })
  }
  first.release()
  await queue.idle()
  expect(order).toEqual(['g1', 'm1', 't1', 'g2', 'g3'])
})

it('takes a client that has left out of the line, and gives its place to the next', async () => {
  const queue = openQueue({ ...roomy, maxWaiting: 1 })
  await queue.enter('a', never)
  const client = new AbortController()
  const waiting = queue.enter('a', client.signal)
  expect(queue.waiting()).toBe(1)
  client.abort()
  expect(await waiting).toEqual({ admitted: false, because: 'client-gone' })
  expect(queue.waiting()).toBe(0)
  expect(await queue.enter('a', client.signal)).toEqual({ admitted: false, because: 'client-gone' })
})

it('turns away who has waited too long', async () => {
  const queue = openQueue({ ...roomy, maxWaitMs: 10 })
  await queue.enter('a', never)
  expect(await queue.enter('a', never)).toEqual({ admitted: false, because: 'waited-too-long' })
  expect(queue.waiting()).toBe(0)
})

it('TRUST 33: while it drains it turns away who waits and who comes, and waits for who has a slot', async () => {
  const queue = openQueue(roomy)
  const turn = turnOf(await queue.enter('a', never))
  const waiting = queue.enter('a', never)
  queue.close()
  expect(await waiting).toEqual({ admitted: false, because: 'draining' })
  expect(await queue.enter('a', never)).toEqual({ admitted: false, because: 'draining' })

  let idle = false
  const drained = queue.idle().then(() => {
    idle = true
  })
  await settled()
  expect(idle).toBe(false)
  turn.release()
  await drained
  expect(idle).toBe(true)
})

it('keeps at most half of the places for batch work, so that it shuts the door on nobody', async () => {
  const queue = openQueue(roomy)
  await queue.enter('a', never)
  const batch = Array.from({ length: 6 }, () => queue.enter('night', never, { priority: 'batch' }))
  void queue.enter('a', never)
  await settled()
  expect([queue.waitingOf('batch'), queue.waitingOf('interactive')]).toEqual([4, 1])
  for (const refused of batch.slice(4))
    expect(await refused).toEqual({ admitted: false, because: 'queue-full' })
})

it('lets nobody wait longer than the answer is wanted', async () => {
  const queue = openQueue(roomy)
  await queue.enter('a', never)
  expect(await queue.enter('a', never, { waitMs: 5 })).toEqual({
    admitted: false,
    because: 'waited-too-long',
  })
})

it('lets in as many as there are slots now, when their number changes', async () => {
  const queue = openQueue({ ...roomy, slots: 2 })
  const turns = [turnOf(await queue.enter('a', never)), turnOf(await queue.enter('a', never))]
  queue.setSlots(1)
  const third = queue.enter('a', never)
  turns[0]!.release()
  await settled()
  expect([queue.running(), queue.waiting(), queue.ahead('interactive')]).toEqual([1, 1, 1])
  queue.setSlots(2)
  expect((await third).admitted).toBe(true)
})
