/**
 * International bank account numbers: a country, its length, and mod 97 over all of it (ISO 13616).
 *
 * The length decides where the number ends, so words that follow in the same capitals are not taken along.
 */
import { mod97 } from './checksum.ts'
import type { Finding } from './finding.ts'
import { invisible } from './normalise.ts'

/** From the registry: country and length. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

const head = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g

export function findIbans(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const { index } of text.matchAll(head)) {
    const end = ibanEnd(text, index)
    if (end !== null) findings.push({ kind: 'iban', detail: 'iban', start: index, end, basis: 'checksum' })
  }
  return findings
}

function ibanEnd(text: string, start: number): number | null {
  const length = lengths.get(text.slice(start, start + 2).toUpperCase())
  if (length === undefined) return null
  let compact = ''
  let at = start
  let gap = 0
  while (compact.length < length && at < text.length) {
    const char = text[at]!
    if (/[A-Za-z0-9]/.test(char)) {
      compact += char
      gap = 0
    } else if ((char !== ' ' && char !== '-' && char !== invisible) || ++gap > 2) return null
    at++
  }
  if (compact.length < length || /[A-Za-z0-9]/.test(text[at] ?? '')) return null
  const upper = compact.toUpperCase()
  return mod97(upper.slice(4) + upper.slice(0, 4)) ? at : null
}
