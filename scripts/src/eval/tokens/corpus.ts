/**
 * The texts that the token bound is held against: what is in a folder of JSON lines, and what no such folder has: names in
 * the languages of the world, code, keys, and letters without a language.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { gunzipSync } from 'node:zlib'

export type Sample = { readonly kind: string; readonly text: string }

/** Each text once, by the folder it came from and its language, where that is not English. */
export async function readSamples(folder: string): Promise<readonly Sample[]> {
  const seen = new Set<string>()
  const samples: Sample[] = []
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.jsonl(?:\.gz)?$/.test(name))
  for (const name of names.sort()) {
    const file = await readFile(join(folder, name))
    const lines = (name.endsWith('.gz') ? gunzipSync(file) : file).toString('utf8').split('\n')
    const [part = ''] = name.split(sep)
    for (const line of lines) {
      const row = rowOf(line)
      if (row === null || seen.has(row.text)) continue
      seen.add(row.text)
      samples.push({ kind: row.language === 'en' ? part : `${part} ${row.language}`, text: row.text })
    }
  }
  return samples
}

function rowOf(line: string): { readonly text: string; readonly language: string } | null {
  if (line.trim() === '') return null
  const row: unknown = JSON.parse(line)
  if (typeof row !== 'object' || row === null) return null
  const text = 'prompt' in row ? row.prompt : 'text' in row ? row.text : null
  const language = 'lang' in row && typeof row.lang === 'string' ? row.lang : 'en'
  return typeof text === 'string' && text !== '' ? { text, language } : null
}

/** Short true text in many languages and scripts, as the runtime's own locale data has it. */
export function namedSamples(): readonly Sample[] {
  return locales.flatMap((locale) => {
    const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
    const regions = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
    const names = [...locales.map((of) => languages.of(of)), ...regionCodes.map((of) => regions.of(of))]
    const known = names.filter((name) => name !== undefined)
    const texts: Sample[] = []
    for (let from = 0; from + 12 <= known.length; from += 12) {
      texts.push({ kind: `names ${locale}`, text: known.slice(from, from + 12).join(', ') })
    }
    return texts
  })
}

const locales: readonly string[] =
  'af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id ig is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl or pa pl ps pt ro ru sd si sk sl so sq sr sv sw ta te th tk tr uk ur uz vi yo zh zu'.split(
    ' ',
  )
const regionCodes: readonly string[] =
  'AE AR AT AU BD BE BR CA CH CL CN CO CZ DE DK EG ES ET FI FR GB GR HK HU ID IE IL IN IQ IR IS IT JP KE KR LK LT LU LV MA MG MM MN MX MY NG NL NO NP NZ PE PH PK PL PT RO RS RU SA SE SG SK TH TN TR TW UA US VE VN YE ZA ZM ZW'.split(
    ' ',
  )

/** What programs write: numbers, keys, code, and letters in no language's order. */
export function madeSamples(below: (limit: number) => number): readonly Sample[] {
  const pick = (letters: string): string => letters[below(letters.length)] ?? ''
  const some = (letters: string, length: number): string =>
    Array.from({ length }, () => pick(letters)).join('')
  const lower = 'abcdefghijklmnopqrstuvwxyz'
  const digits = '0123456789'
  const makers: Readonly<Record<string, () => string>> = {
    base64: () => some(`${lower}${lower.toUpperCase()}${digits}+/`, 200),
    hexadecimal: () => some(`${digits}abcdef`, 200),
    letters: () => some(lower, 200),
    capitals: () => some(lower.toUpperCase(), 200),
    'invented words': () => Array.from({ length: 40 }, () => some(lower, 2 + below(9))).join(' '),
    genes: () => some('ACGT', 200),
    table: () =>
      Array.from({ length: 30 }, () => `| ${some(digits, 1 + below(5))} | ${some(lower, 3)} |`).join('\n'),
    marks: () => some('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 120),
    json: () =>
      JSON.stringify(
        Array.from({ length: 12 }, (_, index) => ({
          id: index,
          [some(lower, 5)]: some(lower, 8),
          ok: below(2) === 1,
        })),
        null,
        below(2) * 2,
      ),
    code: () =>
      Array.from({ length: 12 }, () => {
        const name = `${some(lower, 4)}${some(lower.toUpperCase(), 1)}${some(lower, 4)}`
        return `  if (${name}[${below(99)}] !== ${some(lower, 3)}_${some(lower, 4)}) { return ${name}.${some(lower, 5)}(); }`
      }).join('\n'),
    'white space': () => some(' \t\n', 150),
    numbers: () => Array.from({ length: 40 }, () => some(digits, 1 + below(8))).join(' '),
    emoji: () => Array.from({ length: 40 }, () => String.fromCodePoint(0x1f300 + below(0x300))).join(''),
  }
  return Object.entries(makers).flatMap(([kind, make]) =>
    Array.from({ length: 120 }, () => ({ kind: `made ${kind}`, text: make() })),
  )
}
