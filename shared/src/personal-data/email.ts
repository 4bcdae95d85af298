/**
 * E-mail addresses, also internationalised ones: from each `@` outwards, as far as an address may reach.
 *
 * Looking out from the sign costs at most the length of an address, so a text of nothing but `a@` is as cheap as any.
 * Where letters of a script without spaces lead up to a Latin local part, the part begins at the Latin letters.
 */
import type { Finding } from './finding.ts'

const longestLocal = 64
const longestDomain = 253
const asciiLocal = /[A-Za-z0-9._%+\-'=~!#$&*/?^{|}]/
const asciiDomain = /[A-Za-z0-9.-]/

export function findEmails(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at)
    const end = domainEnd(text, at + 1)
    if (isPassword(text, start)) continue
    if (start < at && end > 0) findings.push({ kind: 'email', detail: 'email', start, end, basis: 'form' })
  }
  return findings
}

/** `scheme://user:` before it makes it the password of a URL. */
function isPassword(text: string, start: number): boolean {
  return text[start - 1] === ':' && text.slice(Math.max(0, start - longestLocal), start).includes('://')
}

function localStart(text: string, at: number): number {
  const allowed = asciiLocal.test(text[at - 1] ?? '')
    ? /[A-Za-z0-9\u00c0-\u024f._%+\-=~!#$&*]/
    : /[\p{L}\p{M}\p{N}._%+-]/u
  let start = at
  while (start > 0 && at - start < longestLocal && allowed.test(text[start - 1]!)) start--
  // No address begins with a dot or with what opens a quotation.
  while (start < at && /[.\-='!#$&*]/.test(text[start]!)) start++
  return text[at - 1] === '.' ? at : start
}

/** Where the domain ends, or 0 where none stands there: at least two labels, the last of two letters or more. */
function domainEnd(text: string, from: number): number {
  const allowed = asciiDomain.test(text[from] ?? '') ? asciiDomain : /[\p{L}\p{M}\p{N}.-]/u
  let end = from
  while (end < text.length && end - from < longestDomain && allowed.test(text[end]!)) end++
  while (end > from && /[.-]/.test(text[end - 1]!)) end--
  const domain = text.slice(from, end)
  const top = domain.lastIndexOf('.')
  if (top < 1 || domain.includes('..')) return 0
  return /^(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/iu.test(domain.slice(top + 1)) ? end : 0
}
