/** Days of the calendar as questions write them: read where one reading is possible, and written in the manner they were asked. */
export type Day = { readonly at: number; readonly style: Style }
export type Style = 'iso' | 'mdy' | 'dmy'
export type Language = 'en' | 'de' | 'fr' | 'es'

export const dayMs = 86_400_000

const months: Readonly<Record<Language, string>> = {
  en: 'january february march april may june july august september october november december',
  de: 'januar februar märz april mai juni juli august september oktober november dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
}

/** What stands for a day in a question's form. */
export const dayText =
  '(\\d{4}-\\d\\d-\\d\\d|[a-z]+ \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|\\d{1,2}(?:st|nd|rd|th|er|\\.)? (?:of |de )?[\\p{L}]+,? (?:de )?\\d{4})'

/** From 1800 on, when the calendar was the same in the languages spoken here; null for a day that is none. */
export function readDay(text: string, language: Language = 'en'): Day | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (iso !== null) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]), 'iso')
  const [first = '', second = '', year = ''] = text.replace(/,| of(?= )| de(?= )/g, '').split(' ')
  const mdy = /^\d/.test(second)
  const [name, ordinal] = mdy ? [first, second] : [second, first]
  const month = monthNumber(name, language)
  return day(Number(year), month, Number.parseInt(ordinal, 10), mdy ? 'mdy' : 'dmy')
}

/** From 1 to 12; 0 for a word that is no month. */
export function monthNumber(name: string, language: Language = 'en'): number {
  return months[language].split(' ').indexOf(name.toLowerCase()) + 1
}

function day(year: number, month: number, date: number, style: Style): Day | null {
  const at = Date.UTC(year, month - 1, date)
  const read = new Date(at)
  const same =
    read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === date
  return same && year >= 1800 ? { at, style } : null
}

export function writeDay({ at, style }: Day): string | null {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  if (!(year >= 1800 && year <= 9999)) return null
  if (style === 'iso') return date.toISOString().slice(0, 10)
  const name = months.en.split(' ')[date.getUTCMonth()] ?? ''
  const month = name.charAt(0).toUpperCase() + name.slice(1)
  return style === 'mdy' ? `${month} ${date.getUTCDate()}, ${year}` : `${date.getUTCDate()} ${month} ${year}`
}
