/** The reports of `nearside tune`, looked at in a real browser. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environments } from '../../scripts/src/simulate/environments/all.ts'
import { seededRandom } from '../../scripts/src/train/random.ts'
import { designsPage } from '../../scripts/src/tune/designs/designs-page.ts'
import type { DesignRun } from '../../scripts/src/tune/designs/explore-designs.ts'
import { readDesignWords } from '../../scripts/src/tune/designs/read-design-words.ts'
import { tuneDesigns } from '../../scripts/src/tune/designs/tune-designs.ts'
import { progressLine } from '../../scripts/src/tune/progress-line.ts'
import type { OutcomeRow } from '../../scripts/src/tune/read-outcomes.ts'
import { reportPage } from '../../scripts/src/tune/report-page.ts'
import { tuneOutcomes } from '../../scripts/src/tune/tune-outcomes.ts'
import { root } from '../../scripts/src/workerd/repository.ts'
import { type Chromium, openChromium } from './chromium.ts'
import { findChromium, howToInstall } from './find-chromium.ts'

const random = seededRandom(5)
const kinds = ['math', 'code', 'open_qa', 'summarization'] as const

/** Four kinds of task; the strong model is better at half of them, and the judge half knows. */
const rows: readonly OutcomeRow[] = Array.from({ length: 3_000 }, (_, i): OutcomeRow => {
  const task = kinds[i % 4]!
  const hard = random() < (task === 'math' ? 0.7 : task === 'code' ? 0.5 : 0.15)
  return {
    id: `request ${i}`,
    prompt: '',
    source: 'made',
    assumed: false,
    task,
    difficulty: 0.5,
    gain: Math.min(1, Math.max(0, (hard ? 0.5 : 0.2) + 0.4 * random() - 0.2)),
    local: {
      quality: hard ? 0 : 1,
      usd: 0,
      joules: 20 + 10 * random(),
      latencyMs: 300,
      confidence: random(),
    },
    frontier: { quality: random() < 0.93 ? 1 : 0, usd: 0.004, joules: 0, latencyMs: 500 + 900 * random() },
  }
})
const page = reportPage(
  tuneOutcomes(rows, {
    measuredOn: '<script>alert(1)</script> a file with & in its name',
    scores: 'made up for a test',
    objectives: { quality: 0.95, ofStrong: true, maxUsd: 0.001, maxJoules: null, p95Ms: 2_000 },
    prices: { frontier: null, outputTokens: 300 },
    seed: 1,
  }),
)
/** Designs that fare as those of the simulation do, without its runs: plans are good, and the seldomer the cheaper. */
const madeRun: DesignRun = (design, task) => {
  const { strategy, supervision } = design.policy
  const turns = supervision?.everyTurns ?? 1
  const plans = strategy === 'plan-execute-verify-replan'
  const cloud = design.name === 'cloud alone'
  const skill = cloud ? 0.95 : plans ? 0.97 : strategy === 'direct' ? 0.5 : 0.72
  const device = cloud ? 0 : 1
  const done = random() < skill
  return {
    environment: 'form',
    design: design.name,
    tasks: 1,
    success: Number(done),
    successInterval: [0, 1],
    chargedNano: cloud ? 39_000_000 : strategy === 'direct' ? 0 : (plans ? 141_000_000 : 74_000_000) / turns,
    loggedNano: 0,
    deviceMillijoules: device * (plans ? 1_171_000 - 50_000 * turns : 600_000),
    peakDeviceTokens: device * (plans ? 1_500 + 80 * turns : 3_400 + task),
    meanTurns: 16,
    supervisorCalls: 4,
    outOfTurns: 0,
    failed: task === 3 ? 1 : 0,
    done: [done],
  }
}
const designs = designsPage(
  await tuneDesigns(readDesignWords(['--environment', 'all', '--tasks', '60'], {}), {
    progress: progressLine(() => {}, false),
    runsOf:
      ({ name }) =>
      async (design, task) => ({
        ...(await madeRun(design, task))!,
        environment: environments[name].name,
      }),
  }),
)

const folder = join(root, '.cache/tune-page')
const pages = {
  report: { text: page, file: join(folder, 'report.html') },
  designs: { text: designs, file: join(folder, 'designs.html') },
} as const
const { file } = pages.report

const program = await findChromium()
const skipped = program === null ? ` (${howToInstall})` : ''

let browser: Chromium
beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  for (const { text, file } of Object.values(pages)) writeFileSync(file, text)
  if (program !== null) browser = await openChromium(program)
})
afterAll(() => browser?.close())

const looks = [
  { width: 1280, height: 900, scheme: 'light' },
  { width: 1280, height: 900, scheme: 'dark' },
  { width: 400, height: 800, scheme: 'light' },
  { width: 400, height: 800, scheme: 'dark' },
] as const

describe.skipIf(program === null).each(looks)(`at $width pixels, $scheme${skipped}`, (look) => {
  it.each(['report', 'designs'] as const)(
    '%s fits its width, and every word can be read against what is behind it',
    async (name) => {
      const { file } = pages[name]
      await browser.show(pathToFileURL(file).href, look)
      const [inner, wide, loaded] = await browser.ask<readonly [number, number, number]>(
        '[innerWidth, document.documentElement.scrollWidth, performance.getEntriesByType("resource").length]',
      )
      expect([inner, loaded]).toEqual([look.width, 0])
      expect(wide).toBeLessThanOrEqual(look.width)
      const words = await browser.ask<readonly Word[]>(wordsOnPage)
      expect(words.length).toBeGreaterThan(60)
      for (const { text, colour, ground, pixels, left, right } of words) {
        expect(contrast(colour, ground), `${text}: ${colour} on ${ground}`).toBeGreaterThanOrEqual(4.5)
        expect(pixels, `the size of ${text}`).toBeGreaterThanOrEqual(10)
        expect(left, `the left edge of ${text}`).toBeGreaterThanOrEqual(0)
        expect(right, `the right edge of ${text}`).toBeLessThanOrEqual(look.width + 0.5)
      }
      const picture = await browser.picture()
      writeFileSync(join(folder, `${name}-${look.width}-${look.scheme}.png`), picture)
      expect(picture.length).toBeGreaterThan(20_000)
    },
  )

  it('the plot of designs has each with its interval, one of them picked, and the names cover nothing', async () => {
    await browser.show(pathToFileURL(pages.designs.file).href, look)
    const plots = await browser.ask<readonly Drawn[]>(drawnInPlots)
    expect(plots).toHaveLength(3)
    for (const { points, picked, intervals, names, outside, covered } of plots) {
      expect([points, picked, intervals]).toEqual([9, 1, 10])
      expect(names, 'names of designs').toContain('plan 8')
      expect(names.length, names.join(', ')).toBeGreaterThanOrEqual(8)
      expect([outside, covered]).toEqual([[], []])
    }
  })

  it('draws the frontier, its intervals and the chosen point inside the plot', async () => {
    await browser.show(pathToFileURL(file).href, look)
    const [points, intervals, outside] = await browser.ask<readonly number[]>(`(() => {
      const box = document.querySelector('.plot.large').getBoundingClientRect()
      const marks = [...document.querySelectorAll('.plot.large :is(path, circle, text)')].map((m) => m.getBoundingClientRect())
      const out = marks.filter((m) => m.left < box.left - 2 || m.right > box.right + 2 || m.top < box.top - 2 || m.bottom > box.bottom + 2)
      return [document.querySelectorAll('.plot.large .point').length, document.querySelectorAll('.plot.large .interval').length, out.length]
    })()`)
    expect(points).toBeGreaterThan(4)
    expect(intervals).toBe(points)
    expect(outside).toBe(0)
  })
})

it.skipIf(program === null)(
  'says of simulated designs that they are, and at which rates they err',
  async () => {
    await browser.show(pathToFileURL(pages.designs.file).href, { width: 800, height: 800, scheme: 'light' })
    const text = await browser.ask<string>('document.body.innerText')
    expect(text).toContain('A simulation.')
    expect(text).toMatch(/a wrong step that looks right, at each step\s+0\.06\s+0\.005/)
    expect(text).toMatch(/\d+ runs ended because a call failed/)
    expect(text).toContain('200 runs of the 600')
  },
)

it.skipIf(program === null)('takes a name for a name and not for a part of the page', async () => {
  await browser.show(pathToFileURL(file).href, { width: 800, height: 800, scheme: 'light' })
  expect(await browser.ask('document.querySelectorAll("script").length')).toBe(0)
  expect(await browser.ask('document.body.innerText')).toContain('<script>alert(1)</script>')
})

type Drawn = {
  readonly points: number
  readonly picked: number
  readonly intervals: number
  readonly names: readonly string[]
  readonly outside: readonly string[]
  /** Names that lie over each other. */
  readonly covered: readonly string[]
}

const drawnInPlots = `[...document.querySelectorAll('.plot.large')].map((plot) => {
  const all = (what) => [...plot.querySelectorAll(what)]
  const box = plot.getBoundingClientRect()
  const boxes = all('text').map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
  const names = all('.name, .picked').map((text) => text.textContent)
  const out = ({ left, right, top, bottom }) => left < box.left - 2 || right > box.right + 2 || top < box.top - 2 || bottom > box.bottom + 2
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4
  return { points: all('.point, .dropped').length, picked: all('.chosen').length,
    intervals: all('.interval, .chosen-interval').length, names,
    outside: boxes.filter((one) => out(one.box)).map(({ text }) => text),
    covered: boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) => over(one.box, other.box)).map((other) => one.text + ' and ' + other.text)) }
})`

type Word = {
  readonly text: string
  readonly colour: string
  readonly ground: string
  readonly pixels: number
  readonly left: number
  readonly right: number
}

/** Each piece of visible text, its colour, the ground behind it and its size on the screen, scaled drawings included. */
const wordsOnPage = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const words = []
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    const text = walker.currentNode.data.trim()
    if (text === '' || element.closest('title, details:not([open]) > :not(summary)')) continue
    const range = document.createRange()
    range.selectNodeContents(walker.currentNode)
    const box = range.getBoundingClientRect()
    if (box.width === 0) continue
    const style = getComputedStyle(element)
    const svg = element.ownerSVGElement
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
    let behind = element
    while (behind && /^rgba\\(.*, 0\\)$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement
    words.push({ text, colour: svg ? style.fill : style.color, ground: getComputedStyle(behind ?? document.body).backgroundColor,
      pixels: parseFloat(style.fontSize) * scale, left: box.left, right: box.right })
  }
  return words
})()`

/** As WCAG counts it. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number]
  return (a + 0.05) / (b + 0.05)
}

function luminance(colour: string): number {
  const parts = [...colour.matchAll(/[\d.]+/g)].map(([part]) => Number(part) / 255)
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
