import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultPolicy, type RequestRecord } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { generatedRecords } from '../records/generated-records.ts'
import { type Advice, advise } from './advise.ts'
import { withCases } from './cases-page.ts'
import { type Figures, figureNames, fillFigures } from './figures.ts'
import { openTrafficMeter } from './measure-traffic.ts'
import { answeredFigures, runAdvise } from './run-advise.ts'
import { adviceText } from './show-advice.ts'
import { workedCases } from './worked-cases.ts'

const onDay = '2026-11-01'
const figuresOf = (answers: object): Figures =>
  fillFigures(...answeredFigures(answers, 'answers', onDay)).figures
const advised = (answers: object): Advice => advise(figuresOf(answers))
const met = ({ criteria }: Advice): readonly string[] =>
  criteria.filter((criterion) => criterion.met).map(({ name }) => name)

describe('the six worked cases of docs/advise.md', () => {
  // Utilisation and break-even in plain arithmetic, each written out by hand with the figures that are assumed.
  const fixed = 2_500 / (3 * 8_760) + 0.06 * 0.15 + (50 * 12) / 8_760
  const energyOf = (seconds: number): number => ((seconds * 290) / 3.6e6) * 0.15
  const breakEven = (seconds: number, cloudUsd: number): number =>
    fixed / ((3_600 / seconds) * (cloudUsd - energyOf(seconds)))
  it.each<readonly [string, Advice['verdict'], readonly string[], utilisation: number, breakEven: number]>([
    [
      'A hospital’s ward notes',
      'hybrid',
      ['latency', 'sensitivity', 'easy requests'],
      (1_800 * 0.875) / 86_400,
      breakEven(0.875, 0.000725),
    ],
    [
      'Support of a large shop',
      'hybrid',
      ['volume', 'easy requests'],
      (280_000 * 0.875) / 86_400 / 9,
      breakEven(0.875, 0.000725),
    ],
    [
      'An editor’s completions',
      'hybrid',
      ['latency', 'easy requests'],
      (16_000 * 0.175) / 86_400,
      breakEven(0.175, 0.000155),
    ],
    [
      'A young company’s assistant',
      'stay with the cloud',
      ['easy requests'],
      (1_400 * 0.875) / 86_400,
      breakEven(0.875, 0.000725),
    ],
    [
      'A law firm’s research',
      'stay with the cloud',
      ['sensitivity'],
      (60 * 3.5) / 86_400,
      breakEven(3.5, 0.0155),
    ],
    ['Reports every night', 'stay with the cloud', [], (18_000 * 2) / 86_400 / 15, breakEven(2, 0.00175)],
  ])('%s: %s', (title, verdict, reasons, utilisation, evenAt) => {
    const found = workedCases.find((each) => each.title === title)
    const advice = advised(found?.answers ?? {})
    expect(advice.verdict).toBe(verdict)
    expect(met(advice)).toEqual(reasons)
    expect(advice.volume.utilisation).toBeCloseTo(utilisation, 9)
    expect(advice.volume.breakEven).toBeCloseTo(evenAt, 5)
  })

  it('are all there is', () => {
    expect(workedCases).toHaveLength(6)
  })

  it('stand on the page as the code gives them (npm run reference)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/advise.md'), 'utf8')
    expect(page).toBe(withCases(page))
    for (const { title } of workedCases) expect(page).toContain(title)
  })
})

const plain = { requestsPerDay: 100_000, easyShare: 0, confinedShare: 0, latencyMs: 0 }

describe('two of four', () => {
  it.each<readonly [string, object, readonly string[]]>([
    ['nothing', {}, []],
    ['a budget just under 200 ms', { latencyMs: 199 }, ['latency']],
    ['a budget of 200 ms is not under it', { latencyMs: 200 }, []],
    ['a tenth that must not leave', { confinedShare: 0.1 }, ['sensitivity']],
    ['less than a tenth', { confinedShare: 0.099 }, []],
    ['half that are easy, of too few', { easyShare: 0.5, requestsPerDay: 10 }, ['easy requests']],
    ['a bar of one’s own', { confinedShare: 0.02, confinedFrom: 0.01 }, ['sensitivity']],
    ['nothing confined, even where the bar is zero', { confinedFrom: 0, easyFrom: 0 }, []],
  ])('%s', (_, answers, reasons) => {
    expect(met(advised({ ...plain, ...answers }))).toEqual(reasons)
  })

  it('are needed, whichever they are', () => {
    expect(advised({ ...plain, latencyMs: 100 }).verdict).toBe('stay with the cloud')
    expect(advised({ ...plain, latencyMs: 100, confinedShare: 0.5 }).verdict).toBe('hybrid')
  })
})

describe('volume', () => {
  const busy = { ...plain, easyShare: 0.4, latencyMs: 0 }

  it('is enough exactly where a day near costs no more than in the cloud', () => {
    for (const requestsPerDay of [1_000, 5_000, 10_000, 14_000, 20_000, 90_000, 1_000_000]) {
      for (const peakToMean of [1, 4, 24]) {
        const { volume, criteria } = advised({ ...busy, requestsPerDay, peakToMean })
        const isCheaper = volume.nearCostPerDay <= volume.cloudCostPerDay
        expect(criteria[2]?.met, `${requestsPerDay} ${peakToMean}`).toBe(isCheaper)
      }
    }
  })

  it('loses by its peaks: the same work in fewer hours needs more nodes', () => {
    const [steady, spiky] = [advised({ ...busy, peakToMean: 1 }), advised({ ...busy, peakToMean: 24 })]
    expect(steady.volume.meanLoad).toBe(spiky.volume.meanLoad)
    expect(spiky.volume.nodes).toBeGreaterThan(5 * steady.volume.nodes)
    expect(met(steady)).toContain('volume')
    expect(met(spiky)).not.toContain('volume')
  })

  it('leaves room at the peak, so that a call waits no longer than the chosen share allows', () => {
    const { volume } = advised({ ...busy, busyAtPeak: 0.5 })
    expect(volume.peakLoad / volume.nodes).toBeLessThanOrEqual(0.5)
    expect(volume.waitAtPeak).toBeLessThanOrEqual(1)
  })

  it('never breaks even where the cloud costs less than the power', () => {
    const advice = advised({ ...busy, cloudPromptUsd: 0, cloudOutputUsd: 0.001 })
    expect(advice.volume.breakEven).toBeNull()
    expect(adviceText(advice, figuresOf(busy))).toContain('nothing breaks even')
  })

  it('takes the joules that nodes told for those of the watts', () => {
    expect(advised({ ...busy, joulesPerRequest: 3_600 }).volume.energyPerRequest).toBe(150_000)
  })
})

describe('what records tell', () => {
  const records = [...generatedRecords({ count: 3_000, seed: 3, policy: defaultPolicy, everyMs: 60_000 })]
  const measured = (given: readonly RequestRecord[]) => {
    const meter = openTrafficMeter()
    for (const record of given) meter.add(record)
    return meter.told()
  }

  it('is how much there is, how private, how easy, how long, and what the frontier costs', () => {
    const told = measured(records)
    expect(told.requestsPerDay?.value).toBeGreaterThan(1_400)
    expect(told.requestsPerDay?.value).toBeLessThanOrEqual(1_440)
    expect(told.peakToMean?.value).toBeCloseTo(1, 1)
    const decided = records.filter(({ plan }) => plan !== null)
    const confined = decided.filter(({ wishes }) => wishes?.privacy.level === 'never-leave')
    expect(told.confinedShare?.value).toBe(confined.length / decided.length)
    expect(told.easyShare?.value).toBeGreaterThan(0.5)
    expect(told.cloudPromptUsd).toEqual({ value: 0.25, source: 'measured', note: 'gpt-5-mini' })
    expect(told.latencyMs?.value).toBe(0)
    expect(told.joulesPerRequest?.value).toBeGreaterThan(15)
  })

  it('counts a sensitive text that may go to no provider as one that must not leave', () => {
    const as = (confined: boolean) =>
      records.map((record) =>
        record.wishes === null
          ? record
          : {
              ...record,
              wishes: { ...record.wishes, privacy: { level: 'sensitive' as const, providers: [], confined } },
            },
      )
    expect(measured(as(true)).confinedShare?.value).toBe(1)
    expect(measured(as(false)).confinedShare?.value).toBe(0)
  })

  it('is the latency that half of the callers ask for, to the millisecond', () => {
    const at = (latencyMs: number | null) => (record: RequestRecord) =>
      record.wishes === null ? record : { ...record, wishes: { ...record.wishes, latencyMs } }
    expect(measured(records.map(at(199))).latencyMs?.value).toBe(199)
    expect(measured(records.map((record, i) => at(i % 3 === 0 ? null : 150)(record))).latencyMs?.value).toBe(
      150,
    )
    expect(measured(records.map((record, i) => at(i % 3 === 0 ? 150 : null)(record))).latencyMs?.value).toBe(
      0,
    )
    expect(measured(records.map(at(1e9))).latencyMs?.value).toBe(61_000)
  })

  it('is nothing of a day in less than an hour, and nothing of its peak in less than a day', () => {
    const quick = measured(records.slice(0, 50))
    expect([quick.requestsPerDay, quick.peakToMean]).toEqual([undefined, undefined])
    const half = measured(records.slice(0, 700))
    expect(half.requestsPerDay).toBeDefined()
    expect(half.peakToMean).toBeUndefined()
    expect(measured([])).toEqual({})
  })
})

describe('the command', () => {
  async function said(words: readonly string[], answers: readonly string[] | null = null): Promise<string> {
    let text = ''
    const left = [...(answers ?? [])]
    const ask =
      answers === null
        ? null
        : async (question: string) => {
            text += question
            return left.shift() ?? ''
          }
    await runAdvise(words, {
      print: (more) => {
        text += more
      },
      ask,
      now: () => Date.UTC(2026, 10, 1),
    })
    return text
  }
  const needed = [
    '--requests-per-day',
    '5000',
    '--easy-share',
    '0.7',
    '--confined-share',
    '0.2',
    '--latency-ms',
    '0',
  ]

  it('says where every figure is from, and by which flag it is said better', async () => {
    const text = await said(needed)
    expect(text).toMatch(/^Hybrid is worth it: 2 of 4/)
    expect(text).toMatch(/easyShare +0\.7 +given +--easy-share/)
    expect(text).toMatch(/nodeUsd +2,500 USD +assumed +--node-usd/)
    const { figures, verdict } = JSON.parse(await said([...needed, '--json'])) as Advice & {
      figures: Figures
    }
    expect(verdict).toBe('hybrid')
    expect(Object.keys(figures)).toEqual(figureNames)
  })

  it('names what is missing, each with its question', async () => {
    await expect(said(['--easy-share', '0.7'])).rejects.toThrow(
      /--requests-per-day +How many requests.*--confined-share.*--latency-ms/s,
    )
  })

  it('asks for it where somebody is there, and again where the answer is none', async () => {
    const text = await said(['--easy-share', '0.7', '--confined-share', '0'], ['many', '5_000', '120'])
    expect(text.match(/How many requests/g)).toHaveLength(2)
    expect(text).toContain('requestsPerDay is a number from 1 to')
    expect(text).toContain('Hybrid is worth it: 2 of 4')
  })

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a share above one', ['--easy-share', '70'], /--easy-share is a number from 0 to 1, but was "70"/],
    ['no number', ['--years', 'three'], /--years is a number from 0\.1 to 50 \(years\), but was "three"/],
    ['an empty value', ['--years', ''], /--years is a number/],
    ['an unknown flag', ['--easyness', '1'], /--easyness/],
    ['a model without a price', ['--cloud-model', 'acme-1'], /no price of acme-1 is known/],
    ['no file of answers', ['--answers', '/nowhere.json'], /--answers: \/nowhere\.json cannot be read/],
    ['no file of records', ['--records', '/nowhere.jsonl'], /nowhere\.jsonl cannot be read: ENOENT/],
  ])('refuses %s', async (_, words, why) => {
    await expect(said([...words, ...needed.slice(words[0] === '--easy-share' ? 4 : 0)])).rejects.toThrow(why)
  })

  it.each<readonly [unknown, RegExp]>([
    [{ easyshare: 0.7 }, /answers\.easyshare is no figure; there are cloudModel, requestsPerDay/],
    [{ easyShare: null }, /answers\.easyShare is a number from 0 to 1, but was null/],
    [{ easyShare: Number.NaN }, /answers\.easyShare/],
    [{ cloudModel: 5 }, /answers\.cloudModel is the name of a model/],
    [{ toString: 5 }, /answers\.toString is no figure/],
    [[], /answers is an object of/],
    [null, /answers is an object of/],
  ])('refuses answers such as %j', (answers, why) => {
    expect(() => answeredFigures(answers, 'answers', onDay)).toThrow(why)
  })
})
