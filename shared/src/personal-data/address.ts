/**
 * Postal addresses where the form is clear: a house number with a street's word, a post box, a town with state and code.
 *
 * The rest (a street without such a word, a town alone) is for the learned head. Words of an address are counted, four at
 * most between number and street, so no text makes the pattern look far.
 */
import { lazily } from '../lazily/lazily.ts'
import type { Finding } from './finding.ts'
import { type Hint, isHinted } from './hints.ts'

const name = String.raw`[\p{L}\d][\p{L}\p{M}\d.'-]{0,30}`
const unit = String.raw`(?:,?\s{1,3}(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|#)\.? ?#?[\w-]{1,8})?`
const streetWord =
  'street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|crescent|cres|close|highway|hwy|parkway|pkwy|circle|cir|trail|way|row|mews|quay|stra(?:ß|ss)e|str|gasse|platz|allee|weg|laan|straat|gracht|plein|gatan|vägen|gata|vej|gade|utca|ulica|ul'

type Form = { readonly detail: string; readonly hint: Hint; readonly pattern: RegExp }

const romance = [
  'rue ',
  'avenue ',
  'boulevard ',
  'chemin ',
  'impasse ',
  'allée ',
  'quai ',
  'calle ',
  'avenida ',
  'plaza ',
  'paseo ',
  'carrer ',
  'via ',
  'viale ',
  'piazza ',
  'corso ',
  'vicolo ',
  'rua ',
  'travessa ',
  'largo ',
  'ulica ',
  'ul. ',
  'ulitsa ',
  'улица ',
  'ул. ',
]
const glued = String.raw`(?:stra(?:ß|ss)e|str\.|gasse|platz|allee|weg|laan|straat|gracht|plein|gatan|vägen|veien|vej|gade|katu|tie|utca)`

const forms = lazily((): readonly Form[] => [
  {
    detail: 'street',
    hint: /\d[a-z]?,? [^\d\s]/i,
    // What stands before the number is looked at afterwards: a look behind at every character would cost more than the rest.
    pattern: new RegExp(
      String.raw`\d{1,5}[a-z]?(?:[-/]\d{1,4}[a-z]?)?,? (?:${name} ){1,4}(?:${streetWord})(?:\b|\.)(?! (?:ago|old))${unit}(?![\p{L}\d_])`,
      'giu',
    ),
  },
  {
    detail: 'street',
    hint: new RegExp(`${glued} \\d`, 'i'),
    pattern: edge(String.raw`[\p{L}.-]{2,30}${glued} \d{1,4} ?[a-z]?`),
  },
  {
    detail: 'street',
    hint: romance,
    pattern: edge(
      String.raw`(?:\d{1,4}(?: bis| ter)?,? )?(?:rue|avenue|boulevard|chemin|impasse|allée|quai|calle|avenida|plaza|paseo|carrer|via|viale|piazza|corso|vicolo|rua|travessa|largo|ulica|ul\.|ulitsa|улица|ул\.)(?: (?:de|du|des|la|le|les|del|della|da|do|dos|di))* (?:${name},? ){1,4}\d{1,4}[a-z]?`,
    ),
  },
  {
    detail: 'street',
    hint: romance.slice(0, 7).concat('place '),
    pattern: edge(
      String.raw`\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|chemin|impasse|allée|quai|place) (?:${name} ?){1,5}`,
    ),
  },
  {
    detail: 'post-box',
    hint: ['box', 'postfach', 'postale', 'apartado', 'psc ', 'cmr ', 'unit '],
    pattern: edge(
      String.raw`(?:p\.? ?o\.? ?box|post office box|postfach|bo[iî]te postale|apartado|psc|cmr|unit) \d{1,6}(?:,? box \d{1,5})?`,
    ),
  },
  {
    detail: 'military',
    hint: ['apo', 'fpo', 'dpo'],
    pattern: edge(String.raw`(?:apo|fpo|dpo),? a[aep] \d{5}(?:-\d{4})?`),
  },
  {
    detail: 'us-town',
    hint: /[A-Z]{2} \d{5}/,
    pattern: edgeCased(
      String.raw`(?:${name} ){0,2}${name},? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]) \d{5}(?:-\d{4})?`,
    ),
  },
  {
    detail: 'uk-postcode',
    hint: /\d ?[A-Z]{2}/,
    pattern: edgeCased(
      String.raw`(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})`,
    ),
  },
  {
    detail: 'ca-postcode',
    hint: /[A-Z]\d[A-Z] ?\d[A-Z]\d/,
    pattern: edgeCased(String.raw`[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d`),
  },
  {
    detail: 'postcode',
    hint: ['zip', 'post', 'plz', 'cep', 'cap'],
    pattern: edge(
      String.raw`(?<=\b(?:zip|zip code|zipcode|postcode|postal code|post code|plz|code postal|cep|cap)(?: is)?:? )\d{4,6}(?:-\d{3,4})?`,
    ),
  },
  {
    detail: 'east-asian',
    hint: /[省市県都府区區]/,
    pattern:
      /[\u4e00-\u9fff]{1,8}(?:省|市|県|都|府|区|區)[\u4e00-\u9fff\d]{1,20}(?:路|街|道|巷|町|丁目)[\u4e00-\u9fff]{0,4}\d{1,5}(?:[号號]|番地?|-\d{1,4}){0,3}/g,
  },
])

export function findAddresses(text: string): readonly Finding[] {
  const lower = text.toLowerCase()
  const findings: Finding[] = []
  for (const { detail, hint, pattern } of forms()) {
    if (!isHinted(text, lower, hint)) continue
    for (const { 0: match, index } of text.matchAll(pattern)) {
      if (/[\p{L}\d_]/u.test(text[index - 1] ?? '')) continue
      const end = index + match.trimEnd().length
      findings.push({ kind: 'address', detail, start: index, end, basis: 'form' })
    }
  }
  return findings
}

function edge(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\d_])(?:${pattern})(?![\p{L}\d_])`, 'giu')
}

function edgeCased(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\d_])(?:${pattern})(?![\p{L}\d_])`, 'gu')
}
