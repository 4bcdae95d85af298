/** What isolates that share a book know of each other, and what a book that fails, lies or hangs costs them. */
import type { Privacy, QualityVerdict } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { type Metrics, openMetrics } from '../metrics/metrics.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { Judged, QualityOptions } from '../options/quality-options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { memoryVerdictStore } from '../verdicts/memory-verdict-store.ts'
import type { MovedThreshold, VerdictStore } from '../verdicts/verdict-store.ts'
import { type JudgedAnswer, openQualityBook, type QualityBook } from './quality-book.ts'
import { type SharedVerdictOptions, sharedVerdicts } from './shared-verdicts.ts'

const anyPrivacy: Privacy = { level: 'public', providers: [] }
const worse: QualityVerdict = { outcome: 'worse', swayed: false, near: 2, reference: 4 }
const tie: QualityVerdict = { outcome: 'tie', swayed: false, near: 4, reference: 4 }

function optionsWith(quality: Partial<QualityOptions>): NearsideOptions {
  return {
    account: () => ({ tenant: 'acme' }),
    local: { url: 'http://node.test/v1', models: ['small', 'judge'], zone: 'premises' },
    fetch: async () => {
      const message = { role: 'assistant', content: 'Hi.' }
      return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] })
    },
    quality: { share: 1e-9, judge: 'judge', thresholds: {}, ...quality },
  }
}

type Isolate = {
  readonly book: QualityBook
  readonly metrics: Metrics
  readonly judged: readonly Judged[]
  readonly moves: readonly MovedThreshold[]
  /** Judges an answer that is given now. */
  judge(verdict: QualityVerdict, of?: Partial<JudgedAnswer>): Promise<void>
  look(privacy?: Privacy): Promise<void>
  offset(task?: string): number
  alarms: number
}

/** An isolate of its own, over a store that may be others' too. */
function isolate(
  store: VerdictStore | null,
  given: Partial<QualityOptions> = {},
  now: () => number = Date.now,
): Isolate {
  const judged: Judged[] = []
  const moves: MovedThreshold[] = []
  const { quality } = resolveOptions(
    optionsWith({
      onJudged: (one) => void judged.push(one),
      onThresholdMove: (move) => void moves.push(move),
      ...(store === null ? {} : { book: sharedVerdicts({ store, zone: 'gateway' }) }),
      ...given,
    }),
  )
  const metrics = openMetrics()
  const alerts = { passed: () => {}, drifted: () => void opened.alarms++ }
  const book = openQualityBook(quality!, now, metrics, alerts)
  const all = async (begin: (waitUntil: (work: Promise<unknown>) => void) => void): Promise<void> => {
    const behind: Promise<unknown>[] = []
    begin((work) => void behind.push(work))
    while (behind.length > 0) await Promise.all(behind.splice(0))
  }
  const opened: Isolate = {
    book,
    metrics,
    judged,
    moves,
    judge(verdict, of = {}) {
      const task = of.task ?? 'code'
      const answer = { id: 'ns_1', at: 0, task, tier: 'local', model: 'small', privacy: anyPrivacy }
      return all((waitUntil) =>
        book.judged({ ...answer, epoch: book.kindOf(task)?.epoch ?? 0, ...of }, verdict, waitUntil),
      )
    },
    look: (privacy = anyPrivacy) => all((waitUntil) => book.lookUp(privacy, waitUntil)),
    offset: (task = 'code') => book.kindOf(task)?.offset ?? 0,
    alarms: 0,
  }
  return opened
}

/** How many bad verdicts in a row are beyond doubt. */
const enough = 40

describe('isolates that share a book', () => {
  it('reach together what none of them reaches alone', async () => {
    const one = isolate(null)
    for (let i = 0; i < 2; i++) await one.judge(worse)
    expect([one.alarms, one.offset()]).toEqual([0, 0])

    const store = memoryVerdictStore()
    const many = Array.from({ length: 3 }, () => isolate(store))
    for (const each of many) for (let i = 0; i < 2; i++) await each.judge(worse)
    expect(many.reduce((sum, { alarms }) => sum + alarms, 0)).toBe(1)
    expect(await store.moves('nearside-judge')).toMatchObject([{ task: 'code', from: 0, to: 0.05 }])
    expect(many.flatMap(({ moves }) => moves)).toHaveLength(1)
  })

  it('raise a threshold once where all see the alarm at the same time, and one tells of it', async () => {
    const store = memoryVerdictStore()
    // Everybody has heard the same before anybody acts on it.
    let waiting = 0
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const held: VerdictStore = {
      ...store,
      async change(...asked) {
        if (++waiting === 10) open()
        await gate
        return store.change(...asked)
      },
    }
    const level = 0.8
    const before = isolate(store, { level })
    while ((await store.read('nearside-judge', 1_000_000))[0]?.counts.verdicts !== 2)
      await before.judge(worse)
    const many = Array.from({ length: 10 }, () => isolate(held, { level, thresholds: { step: 0.1 } }))
    await Promise.all(many.map((each) => each.judge(worse)))
    expect(waiting).toBe(10)
    expect(await store.moves('nearside-judge')).toMatchObject([{ task: 'code', from: 0, to: 0.1 }])
    expect(many.flatMap(({ moves }) => moves)).toHaveLength(1)
    expect(many.reduce((sum, { alarms }) => sum + alarms, 0)).toBe(1)
    expect(await store.read('nearside-judge', 1_000_000)).toMatchObject([{ epoch: 1, offset: 0.1 }])
  })

  it('hear of each other’s moves behind an answer, at most every half minute', async () => {
    let time = 1_700_000_000_000
    const store = memoryVerdictStore({ now: () => time })
    const read = vi.fn(store.read)
    const shared = { ...store, read }
    const [mover, other] = [isolate(shared, {}, () => time), isolate(shared, {}, () => time)]
    await other.look()
    for (let i = 0; mover.moves.length === 0 && i < enough; i++) await mover.judge(worse)
    expect([mover.offset(), other.offset()]).toEqual([0.05, 0])
    await other.look()
    expect([other.offset(), read.mock.calls.length]).toEqual([0, 1])
    time += 30_000
    await other.look()
    expect([other.offset(), read.mock.calls.length]).toEqual([0.05, 2])
    expect(other.metrics.registry.text()).toContain('nearside_quality_threshold_offset{task="code"} 0.05\n')
  })

  it('do not count what was answered before they heard of a move', async () => {
    const store = memoryVerdictStore()
    const [mover, late] = [isolate(store), isolate(store)]
    for (let i = 0; mover.moves.length === 0 && i < enough; i++) await mover.judge(worse)
    for (let i = 0; i < enough; i++) await late.judge(worse, { epoch: 0 })
    expect(await store.moves('nearside-judge')).toHaveLength(1)
    expect(late.offset()).toBe(0.05)
    expect(late.judged).toHaveLength(enough)
    expect(late.metrics.registry.text()).toContain(
      `nearside_quality_book_misses_total{why="moved"} ${enough}\n`,
    )
  })

  it('forget what the book has forgotten', async () => {
    let time = 1_700_000_000_000
    const store = memoryVerdictStore({ now: () => time })
    const [mover, other] = [isolate(store, {}, () => time), isolate(store, {}, () => time)]
    for (let i = 0; mover.moves.length === 0 && i < enough; i++) await mover.judge(worse)
    time += 30_000
    await other.look()
    expect(other.offset()).toBe(0.05)
    time += 7 * 86_400_000
    await other.look()
    expect(other.offset()).toBe(0)
    expect(other.metrics.registry.text()).not.toContain('nearside_quality_share{')
  })

  it('give the alarm again after it was called off', async () => {
    const one = isolate(memoryVerdictStore(), { window: 30, thresholds: { ceiling: 0 } })
    for (let i = 0; i < 30; i++) await one.judge(worse)
    expect(one.alarms).toBe(1)
    for (let i = 0; i < 30; i++) await one.judge(tie)
    for (let i = 0; i < 30; i++) await one.judge(worse)
    expect([one.alarms, one.moves]).toEqual([2, []])
  })
})

describe('whatever is stored,', () => {
  it.each<readonly [number, number]>([
    [0.9, 0.2],
    [-0.9, -0.1],
    [0.15, 0.15],
  ])('an offset of %d is taken as %d, between floor and ceiling', async (stored, taken) => {
    const told = { kind: 'code', epoch: 3, offset: stored, below: false }
    const counts = { verdicts: 0, good: 0, near: 0, reference: 0 }
    const store = { ...memoryVerdictStore(), read: async () => [{ ...told, counts }] }
    const one = isolate(store, { thresholds: { floor: -0.1, ceiling: 0.2 } })
    await one.look()
    expect(one.offset()).toBe(taken)
    expect(one.metrics.registry.text()).toContain(`nearside_quality_threshold_offset{task="code"} ${taken}\n`)
  })

  it('a gateway that moves no threshold keeps its own', async () => {
    const store = memoryVerdictStore()
    const mover = isolate(store)
    for (let i = 0; mover.moves.length === 0 && i < enough; i++) await mover.judge(worse)
    const { quality } = resolveOptions({
      ...optionsWith({}),
      quality: { share: 1, judge: 'judge', book: sharedVerdicts({ store, zone: 'gateway' }) },
    })
    const book = openQualityBook(quality!, Date.now, openMetrics(), null)
    const behind: Promise<unknown>[] = []
    book.lookUp(anyPrivacy, (work) => void behind.push(work))
    await Promise.all(behind)
    expect(book.kindOf('code')).toMatchObject({ epoch: 1, offset: 0 })
  })
})

describe('a book that', () => {
  const hang = (): Promise<never> => new Promise(() => {})
  const fail = (): Promise<never> => Promise.reject(new Error('down: canaryStore'))
  const failing = (how: () => Promise<never>): VerdictStore => ({
    ...{ add: how, change: how, read: how, moves: how },
  })

  it.each<readonly [string, () => Promise<never>]>([
    ['is away', fail],
    ['hangs', hang],
    [
      'throws at once',
      () => {
        throw new Error('no client')
      },
    ],
  ])('%s costs a counted miss; the host hears each verdict, and what was known holds', async (_, how) => {
    vi.useFakeTimers()
    try {
      const store = memoryVerdictStore()
      let down = false
      const verbs: VerdictStore = {
        add: (...asked) => (down ? how() : store.add(...asked)),
        change: (...asked) => (down ? how() : store.change(...asked)),
        read: (...asked) => (down ? how() : store.read(...asked)),
        moves: (...asked) => store.moves(...asked),
      }
      const one = isolate(verbs)
      for (let i = 0; one.moves.length === 0 && i < enough; i++) await one.judge(worse)
      await one.judge(tie)
      down = true
      const told = one.judged.length
      const work = Promise.all([one.judge(worse), one.look()])
      await vi.advanceTimersByTimeAsync(2_000)
      await work
      expect(one.judged).toHaveLength(told + 1)
      expect(one.judged.at(-1)).toMatchObject({ outcome: 'worse', standing: { verdicts: 1, share: 1 } })
      expect(one.offset()).toBe(0.05)
      const text = one.metrics.registry.text()
      expect(text).toContain('nearside_quality_book_misses_total{why="failed"} 2\n')
      expect(text).not.toContain('canaryStore')
      down = false
      await one.judge(tie)
      expect(one.judged.at(-1)).toMatchObject({ standing: { verdicts: 2 } })
    } finally {
      vi.useRealTimers()
    }
  })

  it('fails in the middle of a move leaves that to the next verdict', async () => {
    const store = memoryVerdictStore()
    let down = true
    const one = isolate({ ...store, change: (...asked) => (down ? fail() : store.change(...asked)) })
    for (let i = 0; i < enough; i++) await one.judge(worse)
    expect([one.offset(), one.alarms, one.moves.length]).toEqual([0, 0, 0])
    down = false
    await one.judge(worse)
    expect([one.offset(), one.alarms, one.moves.length]).toEqual([0.05, 1, 1])
  })

  it('hangs keeps no answer from its caller', async () => {
    const app = new Hono()
    app.use(
      '*',
      nearside(optionsWith({ share: 1, book: sharedVerdicts({ store: failing(hang), zone: 'gateway' }) })),
    )
    const answer = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Hello.' }] }),
    })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Hi.')
  })

  it('answers late does not put what is older in the place of what is newer', async () => {
    const store = memoryVerdictStore()
    let answer = (): void => {}
    const waits = new Promise<void>((resolve) => {
      answer = resolve
    })
    const one = isolate({
      ...store,
      async read(...asked) {
        const all = await store.read(...asked)
        await waits
        return all
      },
    })
    const look = one.look()
    await one.judge(tie)
    answer()
    await look
    expect(one.metrics.registry.text()).toContain('nearside_quality_window_verdicts{task="code"} 1\n')
  })
})

it('TRUST 25: what may not leave leaves no trace in a book elsewhere, though the host hears its verdict', async () => {
  const add = vi.fn(memoryVerdictStore().add)
  const read = vi.fn(memoryVerdictStore().read)
  const store = { ...memoryVerdictStore(), add, read }
  const one = isolate(store, { book: sharedVerdicts({ store, zone: 'provider:upstash.test' }) })
  const refused: readonly Privacy[] = [
    { level: 'never-leave', providers: [] },
    { level: 'contractual', providers: ['elsewhere.test'] },
  ]
  for (const privacy of refused) {
    await one.judge(worse, { privacy })
    await one.look(privacy)
  }
  expect([add.mock.calls, read.mock.calls, one.judged.length]).toEqual([[], [], 2])
  expect(one.metrics.registry.text()).toContain('nearside_quality_book_misses_total{why="privacy"} 2\n')
  await one.judge(worse, { privacy: { level: 'contractual', providers: ['upstash.test'] } })
  expect(add).toHaveBeenCalledTimes(1)
})

it('a kind that is no name of one is counted with the others, in a book that is shared', async () => {
  const store = memoryVerdictStore()
  const one = isolate(store)
  await one.judge(tie, { task: 'canaryPrompt why is the sky blue?' })
  expect(await store.read('nearside-judge', 1_000)).toMatchObject([{ kind: 'other' }])
  expect(one.metrics.registry.text()).not.toContain('canaryPrompt')
})

it('what is no book is refused with its path', () => {
  for (const book of ['redis', null, { store: memoryVerdictStore() }])
    expect(() => resolveOptions(optionsWith({ book } as unknown as Partial<QualityOptions>))).toThrow(
      expect.objectContaining({ code: 'bad-options', param: 'quality.book' }),
    )
})

it.each<readonly [string, unknown]>([
  ['sharedVerdicts()', memoryVerdictStore],
  ['sharedVerdicts().store', {}],
  ['sharedVerdicts().store', { store: { add: () => {} } }],
  ['sharedVerdicts().zone', { store: memoryVerdictStore(), zone: 'home' }],
  ['sharedVerdicts().url', { store: memoryVerdictStore(), url: 'https://redis.test' }],
  ['sharedVerdicts().keepMs', { store: memoryVerdictStore(), keepMs: 0.5 }],
  ['sharedVerdicts().keepMs', { store: memoryVerdictStore(), keepMs: 91 * 86_400_000 }],
])('%s is refused with its path', (param, given) => {
  expect(() => sharedVerdicts(given as SharedVerdictOptions)).toThrow(
    expect.objectContaining({ code: 'bad-options', param }),
  )
})
