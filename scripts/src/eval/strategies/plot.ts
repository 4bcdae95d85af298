/** Quality over the share of strong calls, a panel a set, as one SVG file that a page or a README can show. */
import type { SourceFigures } from './replay.ts'

const side = 300
const gap = 70
const top = 46
const left = 58
const legendHeight = 64

const colours: Readonly<Record<string, string>> = {
  direct: '#111111',
  domain: '#c2410c',
  'domain, known': '#f59e0b',
  'cascade 0.6': '#bfdbfe',
  'cascade 0.7': '#7dafe8',
  'cascade 0.8': '#3b82c4',
  'cascade 0.9': '#1d5a96',
  'cascade 1': '#0b3558',
}

export function plotOf(figures: Readonly<Record<string, SourceFigures>>): string {
  const panels = Object.entries(figures)
  const width = left + panels.length * (side + gap)
  const height = top + side + 48 + legendHeight
  const names = Object.keys(colours)
  const legend = names.map((name, i) => {
    const x = left + (i % 4) * 240
    const y = top + side + 64 + Math.floor(i / 4) * 22
    return (
      `<path d="M${x} ${y}h26" stroke="${colours[name]}" stroke-width="2.5"/>` +
      `<text x="${x + 34}" y="${y + 4}">${labelOf(name)}</text>`
    )
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    'font-family="sans-serif" font-size="12" role="img">' +
    '<title>Quality over the share of calls that the large model had, by strategy</title>' +
    `<rect width="${width}" height="${height}" fill="#fff"/>` +
    panels.map(([source, found], i) => panel(source, found, left + i * (side + gap))).join('') +
    `${legend.join('')}</svg>\n`
  )
}

function panel(source: string, { small, large, strategies }: SourceFigures, from: number): string {
  const qualities = Object.values(strategies).flatMap(({ curve }) => curve.map(({ quality }) => quality))
  const { low, high, step } = scaleOf(Math.min(small, ...qualities), Math.max(large, ...qualities))
  const x = (share: number): string => (from + share * side).toFixed(1)
  const y = (quality: number): string => (top + side - ((quality - low) / (high - low)) * side).toFixed(1)
  const shares = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path d="M${x(share)} ${y(low)}V${y(high)}" stroke="#e5e5e5"/>` +
      `<text x="${x(share)}" y="${top + side + 17}" text-anchor="middle">${100 * share} %</text>`,
  )
  const levels = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step).map(
    (quality) =>
      `<path d="M${x(0)} ${y(quality)}H${x(1)}" stroke="#e5e5e5"/>` +
      `<text x="${from - 7}" y="${Number(y(quality)) + 4}" text-anchor="end">${quality.toFixed(3)}</text>`,
  )
  const goal = y(0.95 * large)
  const lines = Object.entries(strategies).map(([name, { curve }]) => {
    const path = curve.map(({ share, quality }, i) => `${i === 0 ? 'M' : 'L'}${x(share)} ${y(quality)}`)
    return `<path d="${path.join('')}" fill="none" stroke="${colours[name]}" stroke-width="1.8"/>`
  })
  return (
    `<text x="${from}" y="${top - 16}" font-size="15" font-weight="bold">${source}</text>${shares.join('')}${levels.join('')}` +
    `<path d="M${x(0)} ${y(small)}L${x(1)} ${y(large)}" stroke="#999" stroke-dasharray="4 4"/>` +
    `<path d="M${x(0)} ${goal}H${x(1)}" stroke="#16803c" stroke-dasharray="2 3"/>` +
    `${lines.join('')}` +
    `<text x="${x(1)}" y="${Number(goal) + 14}" text-anchor="end" fill="#16803c" font-size="11" stroke="#fff" ` +
    'stroke-width="3" paint-order="stroke">95 % of the large model</text>' +
    `<text x="${from + side / 2}" y="${top + side + 35}" text-anchor="middle">share of strong calls</text>`
  )
}

/** Bounds at whole steps, four to six of them. */
function scaleOf(
  least: number,
  most: number,
): { readonly low: number; readonly high: number; readonly step: number } {
  const step = Math.ceil((most - least) / 5 / 0.025) * 0.025
  return { low: Math.floor(least / step) * step, high: Math.ceil(most / step) * step, step }
}

function labelOf(name: string): string {
  if (name === 'domain, known') return 'domain, the subject known'
  if (name === 'cascade 1') return 'cascade, perfect detector'
  return name.startsWith('cascade') ? name.replace('cascade', 'cascade, AUROC') : name
}
