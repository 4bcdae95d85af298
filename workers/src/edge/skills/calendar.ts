/**
 * Calendar arithmetic between days that the question names: weekdays, distances, sums, leap years, ISO weeks.
 *
 * No question here needs to know today. A month or a year added to a day that the target month lacks has two answers,
 * and so has a week's number without its standard.
 */
import { lazily } from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { type Day, dayMs, dayText, type Language, monthNumber, readDay, writeDay } from './dates.ts'
import { bare, skilled } from './skill.ts'

const forms = lazily(() => ({
  weekday: [
    [asks('(?:what|which) (?:day of the week|weekday) (?:is|was|will) D(?: be)?'), 'en'],
    [asks('(?:on )?(?:what|which) (?:day of the week|weekday) (?:does|did|will) D fall(?: on)?'), 'en'],
    [asks('welcher wochentag (?:ist|war) der D'), 'de'],
    [asks('quel jour de la semaine (?:est|était) le D'), 'fr'],
    [asks('qué día de la semana (?:es|fue) el D'), 'es'],
  ] satisfies readonly (readonly [RegExp, Language])[],
  leap: [
    [asks('(?:is|was|will) (\\d{4}) (?:be )?a leap year'), 'Yes', 'No'],
    [asks('ist (\\d{4}) ein schaltjahr'), 'Ja', 'Nein'],
    [asks('es (\\d{4}) (?:un año )?bisiesto'), 'Sí', 'No'],
    [asks('(?:est-ce que )?(\\d{4}) est(?:-elle)? une année bissextile'), 'Oui', 'Non'],
  ] satisfies readonly (readonly [RegExp, yes: string, no: string])[],
  distance: asks('(?:how many|number of) days (?:are )?(?:there )?(?:between|from) D (?:and|to) D'),
  length: asks('how many days (?:are (?:there )?in|does) ([a-z]+),? (\\d{4})(?: have)?'),
  ordinal: asks('what day of the year (?:is|was) D'),
  week: asks('(what is the|which|what) iso week (number )?(?:of|is|was) D(?: in)?'),
  sum: asks(
    '(?:what (?:date )?is |what is the date )?(\\d{1,6}) (day|week|month|year)s? (after|before|from) D',
  ),
  added: asks('(add|subtract) (\\d{1,6}) (day|week|month|year)s? (?:to|from) D'),
}))

export const calendar: EdgeAnswerer = skilled({
  name: 'calendar',
  longest: 160,
  hint: /\d{4}/,
  answer(question) {
    const text = bare(question)
    return text === null ? null : (weekdayOf(text) ?? yearOf(text) ?? countOf(text) ?? sumOf(text))
  },
})

function weekdayOf(text: string): string | null {
  for (const [form, language] of forms().weekday) {
    const day = dayIn(form.exec(text)?.[1], language)
    if (day) return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(day.at)
  }
  return null
}

function yearOf(text: string): string | null {
  for (const [form, yes, no] of forms().leap) {
    const year = Number(form.exec(text)?.[1] ?? Number.NaN)
    if (year >= 1800) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? yes : no
  }
  return null
}

function countOf(text: string): string | null {
  const between = forms().distance.exec(text)
  const [from, to] = [dayIn(between?.[1]), dayIn(between?.[2])]
  if (from && to) return to.at > from.at ? String((to.at - from.at) / dayMs) : null
  const [, name = '', year = ''] = forms().length.exec(text) ?? []
  const month = monthNumber(name)
  if (month > 0 && Number(year) >= 1800)
    return String(new Date(Date.UTC(Number(year), month, 0)).getUTCDate())
  const day = dayIn(forms().ordinal.exec(text)?.[1])
  if (day) return String((day.at - Date.UTC(new Date(day.at).getUTCFullYear(), 0, 0)) / dayMs)
  const [, , number, written] = forms().week.exec(text) ?? []
  const at = dayIn(written)
  return at && weekOf(at.at, number !== undefined)
}

function weekOf(at: number, numberOnly: boolean): string {
  // A week belongs to the year of its Thursday.
  const thursday = at + (4 - (new Date(at).getUTCDay() || 7)) * dayMs
  const year = new Date(thursday).getUTCFullYear()
  const number = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs))
  return numberOnly ? String(number) : `${year}-W${String(number).padStart(2, '0')}`
}

function sumOf(text: string): string | null {
  const [, count, unit = '', side, asked] = forms().sum.exec(text) ?? []
  if (count !== undefined) return moved(dayIn(asked), Number(count) * (side === 'before' ? -1 : 1), unit)
  const [, verb = '', more, by = '', start] = forms().added.exec(text) ?? []
  const sign = verb.toLowerCase() === 'add' ? 1 : -1
  // Said as it is meant: added to, subtracted from.
  if (more === undefined || text.includes(' to ') !== (sign === 1)) return null
  return moved(dayIn(start), Number(more) * sign, by)
}

function moved(day: Day | null, count: number, given: string): string | null {
  if (day === null) return null
  const unit = given.toLowerCase()
  if (unit === 'day' || unit === 'week')
    return writeDay({ ...day, at: day.at + count * (unit === 'week' ? 7 : 1) * dayMs })
  const date = new Date(day.at)
  const target = Date.UTC(
    date.getUTCFullYear(),
    date.getUTCMonth() + count * (unit === 'year' ? 12 : 1),
    date.getUTCDate(),
  )
  return new Date(target).getUTCDate() === date.getUTCDate() ? writeDay({ ...day, at: target }) : null
}

function dayIn(text: string | undefined, language: Language = 'en'): Day | null {
  return text === undefined ? null : readDay(text, language)
}

function asks(says: string): RegExp {
  return new RegExp(`^${says.replaceAll('D', dayText)}$`, 'iu')
}
