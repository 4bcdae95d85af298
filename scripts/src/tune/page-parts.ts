/** What the report pages are made of: tables that become lists on a phone, facts, and text that stays text. */
import type { Interval } from '../measure/bootstrap.ts'

/** The columns from `numbersFrom` on are numbers. */
export function table(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom: number,
): string {
  const kind = (at: number): string => (at >= numbersFrom ? ' class="number"' : '')
  const head = names.map((name, at) => `<th${kind(at)}>${name}</th>`).join('')
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, at) => `<td${kind(at)} data-name="${names[at]}">${escaped(cell)}</td>`).join('')}</tr>`,
  )
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

export function fact(name: string, value: string, more: string): string {
  return `<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`
}

/** An entry of a plot's key: the mark, 26 by 10, and what it stands for. */
export function keyEntry(mark: string, text: string): string {
  return `<li><svg viewBox="0 0 26 10" aria-hidden="true">${mark}</svg>${text}</li>`
}

/** The page's head and its opening, up to the first line of text. */
export function pageHead(title: string, style: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>nearside tune: ${escaped(title)}</title><style>${style}</style></head><body><main>`,
  ].join('\n')
}

export function interval(values: Interval | undefined): string {
  return values === undefined ? '' : `${values[0].toFixed(3)} to ${values[1].toFixed(3)}`
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)
}
