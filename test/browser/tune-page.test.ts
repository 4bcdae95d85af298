/** The report of `nearside tune`, looked at in a real browser. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../scripts/src/train/random.ts'
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
const folder = join(root, '.cache/tune-page')
const file = join(folder, 'report.html')

const program = await findChromium()
const skipped = program === null ? ` (${howToInstall})` : ''

let browser: Chromium
beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, page)
  if (program !== null) browser = await openChromium(program)
})
afterAll(() => browser?.close())

describe.skipIf(program === null).each([
  { width: 1280, height: 900, scheme: 'light' },
  { width: 1280, height: 900, scheme: 'dark' },
  { width: 400, height: 800, scheme: 'light' },
  { width: 400, height: 800, scheme: 'dark' },
] as const)(`the report at $width pixels, $scheme${skipped}`, (look) => {
  it('fits its width, and every word can be read against what is behind it', async () => {
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
    writeFileSync(join(folder, `${look.width}-${look.scheme}.png`), picture)
    expect(picture.length).toBeGreaterThan(20_000)
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

it.skipIf(program === null)('takes a name for a name and not for a part of the page', async () => {
  await browser.show(pathToFileURL(file).href, { width: 800, height: 800, scheme: 'light' })
  expect(await browser.ask('document.querySelectorAll("script").length')).toBe(0)
  expect(await browser.ask('document.body.innerText')).toContain('<script>alert(1)</script>')
})

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
