/**
 * Quality over cost as SVG inside of a page: the frontier with its intervals, what lot would give, the objective and the chosen
 * point. Colours are the page's own, so that it is as legible in the dark; sizes are such that letters stay letters on a phone.
 */
import type { Frontier, Point } from './result.ts'

export type PlotTerms = {
  readonly frontier: Frontier
  readonly chosen: Point | null
  /** The quality that was asked for; null draws no line. */
  readonly wanted: number | null
  /** In dollars where every cost is known, else the share of strong calls. */
  readonly by: 'usd' | 'strongShare'
  readonly size: 'large' | 'small'
  readonly title: string
}

const sizes = {
  large: { width: 380, height: 300, left: 46, right: 14, top: 14, bottom: 44, letters: 11.5 },
  small: { width: 220, height: 150, left: 42, right: 10, top: 10, bottom: 26, letters: 11 },
} as const

export function plot({ frontier, chosen, wanted, by, size, title }: PlotTerms): string {
  const box = sizes[size]
  const points = frontier.points.filter((point) => costIn(point, by) !== null)
  const all = [...points, ...(chosen === null ? [] : [chosen])]
  const ends = [frontier.localQuality, frontier.strongQuality]
  const qualities = [
    ...ends,
    ...all.flatMap(({ quality, intervals }) => intervals?.quality ?? [quality]),
    ...(wanted === null ? [] : [wanted]),
  ].filter(Number.isFinite)
  const least = Math.min(...qualities)
  const most = Math.max(...qualities)
  const step = niceStep((most - least || 0.01) / (size === 'large' ? 5 : 2))
  const low = Math.floor(least / step) * step
  const high = Math.max(low + step, Math.ceil(most / step - 1e-9) * step)
  const dearest = by === 'strongShare' ? 1 : Math.max(1e-12, ...all.map((point) => costIn(point, by) ?? 0))
  const right = box.width - box.right
  const bottom = box.height - box.bottom
  const x = (cost: number): string => (box.left + (cost / dearest) * (right - box.left)).toFixed(1)
  const y = (quality: number): string =>
    (bottom - ((quality - low) / (high - low)) * (bottom - box.top)).toFixed(1)
  const levels = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step)
  const parts = size === 'large' ? [0, 0.25, 0.5, 0.75, 1] : [0, 1]
  const line = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(costIn(point, by)!)} ${y(point.quality)}`)
  const whiskers = points.map((point) => whisker(point, 'interval'))
  return [
    `<svg class="plot ${size}" viewBox="0 0 ${box.width} ${box.height}" font-size="${box.letters}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    ...levels.map(
      (level) =>
        `<path class="grid" d="M${box.left} ${y(level)}H${right}"/>` +
        `<text x="${box.left - 6}" y="${Number(y(level)) + 4}" text-anchor="end">${level.toFixed(step < 0.01 ? 3 : 2)}</text>`,
    ),
    ...parts.map(
      (part) =>
        `<text x="${x(part * dearest)}" y="${bottom + 16}" text-anchor="${part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}">${costText(part * dearest, by)}</text>`,
    ),
    by === 'strongShare' ? `<path class="lot" d="M${x(0)} ${y(ends[0]!)}L${x(1)} ${y(ends[1]!)}"/>` : '',
    wanted === null ? '' : `<path class="wanted" d="M${box.left} ${y(wanted)}H${right}"/>`,
    ...whiskers,
    `<path class="frontier" d="${line.join('')}"/>`,
    ...points.map(
      (point) => `<circle class="point" cx="${x(costIn(point, by)!)}" cy="${y(point.quality)}" r="2"/>`,
    ),
    chosen === null || costIn(chosen, by) === null
      ? ''
      : `${whisker(chosen, 'chosen-interval')}<circle class="chosen" cx="${x(costIn(chosen, by)!)}" cy="${y(chosen.quality)}" r="5"/>`,
    size === 'large'
      ? `<text x="${(box.left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${by === 'usd' ? 'cost of a thousand requests' : 'share of calls that the strong model has'}</text>`
      : '',
    '</svg>',
  ].join('')

  function whisker(point: Point, name: string): string {
    const [from, to] = point.intervals?.quality ?? [point.quality, point.quality]
    return `<path class="${name}" d="M${x(costIn(point, by)!)} ${y(from)}V${y(to)}"/>`
  }
}

function costIn(point: Point, by: PlotTerms['by']): number | null {
  return by === 'usd' ? point.usd : point.strongShare
}

export function costText(cost: number, by: PlotTerms['by']): string {
  if (by === 'strongShare') return `${Math.round(100 * cost)} %`
  return `$${Number((1_000 * cost).toPrecision(2))}`
}

/** A round distance between two lines of a grid. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= least - 1e-12) ?? 10
  return factor * power
}
