/** Plots as inline SVG: a square from 0 to 1 both ways, or between given bounds, with lines and points on it. */
export type Plot = {
  readonly title: string
  readonly across: string
  readonly up: string
  readonly bounds: { readonly low: number; readonly high: number }
  readonly lines: readonly Line[]
}
export type Line = {
  readonly points: readonly (readonly [number, number])[]
  readonly colour: string
  readonly dashed?: boolean
  readonly dots?: boolean
  readonly name: string
}

const side = 260
const margin = 44

export function plotSvg({ title, across, up, bounds, lines }: Plot): string {
  const x = (value: number): string => (margin + value * side).toFixed(1)
  const y = (value: number): string =>
    (margin / 2 + side - ((value - bounds.low) / (bounds.high - bounds.low)) * side).toFixed(1)
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  const grid = ticks.map((tick) => {
    const level = bounds.low + tick * (bounds.high - bounds.low)
    return (
      `<path d="M${x(tick)} ${y(bounds.low)}V${y(bounds.high)}M${x(0)} ${y(level)}H${x(1)}" stroke="#ddd"/>` +
      `<text x="${x(tick)}" y="${side + margin / 2 + 14}" text-anchor="middle">${tick}</text>` +
      `<text x="${margin - 6}" y="${Number(y(level)) + 4}" text-anchor="end">${level.toFixed(2)}</text>`
    )
  })
  const drawn = lines.map(({ points, colour, dashed, dots }) => {
    const path = points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${x(a)} ${y(b)}`).join('')
    const marks =
      dots === true
        ? points.map(([a, b]) => `<circle cx="${x(a)}" cy="${y(b)}" r="2.5" fill="${colour}"/>`)
        : []
    const dash = dashed === true ? ' stroke-dasharray="4 3"' : ''
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/>${marks.join('')}`
  })
  const names = lines.map(
    ({ name, colour }, i) =>
      `<text x="${margin + 8}" y="${margin / 2 + 14 + 13 * i}" fill="${colour}">${escaped(name)}</text>`,
  )
  return (
    `<svg viewBox="0 0 ${side + margin + 16} ${side + margin + 24}" width="${side + margin + 16}" role="img">` +
    `<title>${escaped(title)}</title>${grid.join('')}${drawn.join('')}${names.join('')}` +
    `<text x="${margin + side / 2}" y="${side + margin + 10}" text-anchor="middle">${escaped(across)}</text>` +
    `<text transform="translate(10 ${margin / 2 + side / 2}) rotate(-90)" text-anchor="middle">${escaped(up)}</text></svg>`
  )
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
