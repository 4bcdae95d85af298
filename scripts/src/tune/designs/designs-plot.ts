/**
 * Success over cost as SVG inside of a page: each design with its interval and its name, those that were dropped paler, the
 * pick marked, and the line of those that nothing else is both cheaper and better than.
 */

import { niceStep } from '../plot.ts'
import type { ArmRow, EnvironmentResult } from './design-result.ts'
import { usdOf } from './design-units.ts'

const box = { width: 380, height: 300, left: 46, right: 14, top: 14, bottom: 44, letters: 11.5 } as const
const right = box.width - box.right
const bottom = box.height - box.bottom

export function designsPlot({ environment, arms }: EnvironmentResult): string {
  const lows = arms.map(({ measured }) => measured.successInterval[0])
  const step = niceStep((1 - Math.min(...lows)) / 5)
  const low = Math.max(0, Math.floor(Math.min(...lows) / step) * step)
  const dearest = Math.max(1e-9, ...arms.map(({ measured }) => usdOf(measured)))
  const costStep = niceStep(dearest / 4)
  const most = Math.ceil(dearest / costStep - 1e-9) * costStep
  const x = (usd: number): number => box.left + 4 + (usd / most) * (right - box.left - 8)
  const y = (success: number): number => bottom - ((success - low) / (1 - low)) * (bottom - box.top)
  const levels = Array.from({ length: Math.round((1 - low) / step) + 1 }, (_, i) => low + i * step)
  const costs = Array.from({ length: Math.round(most / costStep) + 1 }, (_, i) => i * costStep)
  const digits = [0, 1, 2, 3, 4].find((count) => isWhole(costStep * 10 ** count)) ?? 5
  const marks = arms.map((arm): Mark => {
    const { success, successInterval, design } = arm.measured
    const [from, to] = successInterval
    return {
      arm,
      x: x(usdOf(arm.measured)),
      y: y(success),
      from: y(from),
      to: y(to),
      name: shortName(design),
    }
  })
  const title = `Success over cost in ${environment}: the designs, and the one that was picked`
  return [
    `<svg class="plot large" viewBox="0 0 ${box.width} ${box.height}" font-size="${box.letters}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    ...levels.map(
      (level) =>
        `<path class="grid" d="M${box.left} ${at(y(level))}H${right}"/>` +
        `<text x="${box.left - 6}" y="${at(y(level) + 4)}" text-anchor="end">${level.toFixed(2)}</text>`,
    ),
    ...costs.map(
      (usd, i) =>
        `<text x="${at(x(usd))}" y="${bottom + 16}" text-anchor="${i === 0 ? 'start' : i === costs.length - 1 ? 'end' : 'middle'}">$${usd.toFixed(digits)}</text>`,
    ),
    `<path class="frontier" d="${frontier(marks)
      .map((mark, i) => `${i === 0 ? 'M' : 'L'}${at(mark.x)} ${at(mark.y)}`)
      .join('')}"/>`,
    ...marks.map(
      (mark) =>
        `<path class="${isPick(mark) ? 'chosen-interval' : isDropped(mark) ? 'interval faint' : 'interval'}" d="M${at(mark.x)} ${at(mark.from)}V${at(mark.to)}"/>`,
    ),
    ...marks.map((mark) =>
      isPick(mark)
        ? `<circle class="chosen" cx="${at(mark.x)}" cy="${at(mark.y)}" r="5"/>`
        : `<circle class="${isDropped(mark) ? 'dropped' : 'point'}" cx="${at(mark.x)}" cy="${at(mark.y)}" r="3"/>`,
    ),
    ...labels(marks),
    `<text x="${(box.left + right) / 2}" y="${bottom + 36}" text-anchor="middle">cost of a task</text>`,
    '</svg>',
  ].join('')
}

type Mark = {
  readonly arm: ArmRow
  readonly x: number
  readonly y: number
  readonly from: number
  readonly to: number
  readonly name: string
}

function isPick({ arm }: Mark): boolean {
  return arm.standing === 'picked'
}

function isDropped({ arm }: Mark): boolean {
  return arm.standing === 'dropped'
}

/** From the cheapest on, each that does better than all that cost less; of what was dropped too little is known. */
function frontier(marks: readonly Mark[]): readonly Mark[] {
  const known = marks.filter((mark) => !isDropped(mark)).toSorted((a, b) => a.x - b.x || a.y - b.y)
  return known.filter((mark, i) => known.slice(0, i).every((before) => mark.y < before.y))
}

function shortName(design: string): string {
  return design
    .replace(' alone', '')
    .replace('execute-verify-advise, k=', 'advise ')
    .replace('plan-execute-verify-replan, k=', 'plan ')
}

/** The greater the worth the rather: near its mark, and across few intervals. */
type Place = Rect & { readonly worth: number }

type Rect = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

/** A name stands beside its mark, where it covers no other name and no mark, and if there is room no interval; the pick's is placed first. */
function labels(marks: readonly Mark[]): readonly string[] {
  const taken: Rect[] = marks.map((mark) => around(mark.x, mark.y, 5))
  const intervals = marks.map(({ x, from, to }) => ({ left: x - 2, top: to, right: x + 2, bottom: from }))
  return marks
    .toSorted((a, b) => Number(isPick(b)) - Number(isPick(a)) || Number(isDropped(a)) - Number(isDropped(b)))
    .map((mark) => {
      const width = mark.name.length * letterWidth
      const places = offsets.map(([dx, dy, away]): Place => {
        const left = dx < 0 ? mark.x + dx - width : dx > 0 ? mark.x + dx : mark.x - width / 2
        const middle = mark.y + dy
        const place = { left, top: middle - 6, right: left + width, bottom: middle + 6 }
        return { ...place, worth: -away - 8 * crossed(place, intervals) }
      })
      const inside = places.filter(
        (place) =>
          place.left > box.left && place.right < right + box.right && place.top > 2 && place.bottom < bottom,
      )
      const free = inside
        .filter((place) => !taken.some((other) => overlaps(place, other)))
        .toSorted((a, b) => b.worth - a.worth)[0]
      // Without room it is left out: the table below has all of them.
      if (free === undefined) return ''
      taken.push(free)
      return `<text class="${isPick(mark) ? 'picked' : 'name'}" x="${at(free.left)}" y="${at(free.bottom - 2)}">${mark.name}</text>`
    })
}

/** Of a letter of the page's type, on average and a little more. */
const letterWidth = box.letters * 0.54

/** Across and down from a mark to where its name begins, ends or has its middle, and how far that is. */
const offsets = [8, 15, 22, 30].flatMap((away): readonly (readonly [number, number, number])[] => [
  [away, 0, away],
  [-away, 0, away],
  [6, 3 - away - 6, away + 1],
  [6, away + 3, away + 1],
  [-6, 3 - away - 6, away + 1],
  [-6, away + 3, away + 1],
])

function crossed(place: Rect, others: readonly Rect[]): number {
  return others.filter((other) => overlaps(place, other)).length
}

function around(x: number, y: number, by: number): Rect {
  return { left: x - by, top: y - by, right: x + by, bottom: y + by }
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6
}

function at(value: number): string {
  return value.toFixed(1)
}
