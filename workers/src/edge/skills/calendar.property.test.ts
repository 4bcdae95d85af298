import { expect, it } from 'vitest'
import { type Case, digits, filled, pick, type Random, trial } from '../trial.testing.ts'
import { calendar } from './calendar.ts'

/**
 * The Gregorian calendar as a list: every day from 1600 to 2600, each the one after the last. Nothing is calculated
 * but "tomorrow"; distances, weekdays and weeks are places in the list.
 */
type Day = { readonly year: number; readonly month: number; readonly date: number }

const isLeap = (year: number): boolean => (year % 100 === 0 ? year % 400 === 0 : year % 4 === 0)
const monthDays = (year: number, month: number): number =>
  [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0

const days: Day[] = []
for (let year = 1600; year < 2600; year++) {
  for (let month = 1; month <= 12; month++) {
    for (let date = 1; date <= monthDays(year, month); date++) days.push({ year, month, date })
  }
}
const places = new Map(days.map((day, place) => [iso(day), place]))
const yearsDay = (year: number): number => places.get(`${year}-01-01`) ?? Number.NaN

// The first of January 1600 was a Saturday.
const weekdayNames = {
  en: ['Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  de: ['Samstag', 'Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'],
  fr: ['samedi', 'dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi'],
  es: ['sábado', 'domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes'],
} as const
const monthNames = {
  en: 'January February March April May June July August September October November December',
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
} as const
type Language = keyof typeof monthNames

function iso({ year, month, date }: Day): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
}

const monthName = (month: number, language: Language = 'en'): string =>
  monthNames[language].split(' ')[month - 1] ?? ''
const ordinal = (date: number): string =>
  `${date}${date % 10 === 1 && date !== 11 ? 'st' : date % 10 === 2 && date !== 12 ? 'nd' : date % 10 === 3 && date !== 13 ? 'rd' : 'th'}`

type Style = 'iso' | 'mdy' | 'dmy'

/** As it is asked; an answer is written the same way, and plainly. */
function asked(random: Random, day: Day, style: Style): string {
  if (style === 'iso') return iso(day)
  const name = monthName(day.month)
  const cased = random(3) === 0 ? name.toLowerCase() : name
  const date = random(3) === 0 ? ordinal(day.date) : String(day.date)
  return style === 'mdy'
    ? `${cased} ${date}${random(3) === 0 ? '' : ','} ${day.year}`
    : `${date} ${random(4) === 0 ? 'of ' : ''}${cased} ${day.year}`
}

function answered(day: Day, style: Style): string {
  if (style === 'iso') return iso(day)
  return style === 'mdy'
    ? `${monthName(day.month)} ${day.date}, ${day.year}`
    : `${day.date} ${monthName(day.month)} ${day.year}`
}

/** The corners of the calendar as often as any other day: leap days, the ends of years, months and centuries. */
function drawPlace(random: Random): number {
  const year = 1800 + random(700)
  const corner = pick(random, ['02-28', '02-29', '03-01', '12-31', '01-01', '12-29', '01-04', '01-31'])
  const century = pick(random, ['1800', '1900', '2000', '2100', '2400'])
  const any = yearsDay(1800) + random(255_000)
  return pick(random, [
    places.get(`${year}-${corner}`) ?? any,
    places.get(`${century}-${corner}`) ?? any,
    any,
    yearsDay(1950) + random(40_000),
  ])
}

const dayAt = (place: number): Day => days[place] ?? { year: 0, month: 0, date: 0 }
const styles: readonly Style[] = ['iso', 'mdy', 'dmy']

function drawWeekday(random: Random): Case {
  const place = drawPlace(random)
  const day = dayAt(place)
  const language = pick(random, ['en', 'en', 'de', 'fr', 'es'] as const)
  const d =
    language === 'en'
      ? asked(random, day, pick(random, styles))
      : pick(random, [
          iso(day),
          language === 'de'
            ? `${day.date}. ${monthName(day.month, 'de')} ${day.year}`
            : language === 'fr'
              ? `${day.date}${day.date === 1 ? 'er' : ''} ${monthName(day.month, 'fr')} ${day.year}`
              : `${day.date} de ${monthName(day.month, 'es')} de ${day.year}`,
        ])
  const says = {
    en: [
      'what day of the week is {d}?',
      'Which weekday was {d}?',
      'which day of the week will {d} be?',
      'On what day of the week does {d} fall?',
      'what weekday did {d} fall on?',
    ],
    de: ['Welcher Wochentag ist der {d}?', 'welcher Wochentag war der {d}'],
    fr: ['Quel jour de la semaine est le {d} ?', 'quel jour de la semaine était le {d}?'],
    es: ['¿Qué día de la semana es el {d}?', 'qué día de la semana fue el {d}?'],
  }
  return {
    question: filled(pick(random, says[language]), { d }),
    answer: weekdayNames[language][place % 7] ?? null,
  }
}

it('names the weekday that counting days comes to, in four languages', () => {
  const { wrong, answeredShare } = trial(calendar, drawWeekday, 1_500)
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

function drawCount(random: Random): Case {
  const [from, to] = [drawPlace(random), drawPlace(random)]
  const day = dayAt(from)
  const [year, style] = [day.year, pick(random, styles)]
  const d = asked(random, day, style)
  // Week 1 is the first with four days in the year, and weeks begin on Monday: the list is walked from there.
  const monday = (at: number): number => at - ((at + 5) % 7)
  const start = (of: number): number => {
    const first = monday(yearsDay(of))
    return yearsDay(of) - first <= 3 ? first : first + 7
  }
  const weekYear = from >= start(year + 1) ? year + 1 : from < start(year) ? year - 1 : year
  const week = (monday(from) - start(weekYear)) / 7 + 1
  return pick(random, [
    {
      question: `how many days ${pick(random, ['between', 'are between', 'are there between'])} ${d} and ${asked(random, dayAt(to), style)}?`,
      answer: to > from ? String(to - from) : null,
    },
    {
      question: `Number of days from ${d} to ${iso(dayAt(to))}`,
      answer: to > from ? String(to - from) : null,
    },
    { question: `what day of the year is ${d}?`, answer: String(from - yearsDay(year) + 1) },
    {
      question: `how many days are in ${monthName(day.month)} ${year}?`,
      answer: String(monthDays(year, day.month)),
    },
    {
      question: `How many days does ${monthName(day.month)} ${year} have?`,
      answer: String(monthDays(year, day.month)),
    },
    { question: `what is the ISO week number of ${d}?`, answer: String(week) },
    { question: `which iso week is ${d} in?`, answer: `${weekYear}-W${String(week).padStart(2, '0')}` },
    { question: `is ${year} a leap year?`, answer: isLeap(year) ? 'Yes' : 'No' },
    { question: `Ist ${year} ein Schaltjahr?`, answer: isLeap(year) ? 'Ja' : 'Nein' },
    { question: `¿Es ${year} un año bisiesto?`, answer: isLeap(year) ? 'Sí' : 'No' },
    { question: `Est-ce que ${year} est une année bissextile ?`, answer: isLeap(year) ? 'Oui' : 'Non' },
  ])
}

it('counts the days between, the days of a year, its months and its weeks as the list of days does', () => {
  const { wrong, answeredShare } = trial(calendar, drawCount, 2_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

function drawSum(random: Random): Case {
  const place = drawPlace(random)
  const day = dayAt(place)
  const unit = pick(random, ['day', 'week', 'month', 'year'] as const)
  // As many years as lead back to the first century, which the host's own dates take for the twentieth.
  const ancient = (day.year - random(130)) * (unit === 'month' ? 12 : 1)
  const count = pick(random, [
    random(3),
    random(40),
    random(1_000),
    random(30_000),
    random(1_000_000),
    ancient,
  ])
  const before = random(2) === 0
  const [style, sign] = [pick(random, styles), before ? -1 : 1]
  const months = sign * count * (unit === 'year' ? 12 : 1) + day.year * 12 + day.month - 1
  const moved: Day | null =
    unit === 'day' || unit === 'week'
      ? (days[place + sign * count * (unit === 'week' ? 7 : 1)] ?? null)
      : { year: Math.floor(months / 12), month: (((months % 12) + 12) % 12) + 1, date: day.date }
  const lands =
    moved !== null &&
    moved.year >= 1800 &&
    moved.year <= 9999 &&
    moved.date <= monthDays(moved.year, moved.month)
  const plural = count === 1 ? unit : `${unit}s`
  const d = asked(random, day, style)
  const answer = lands ? answered(moved, style) : null
  // Past the end of the list of days nothing is known of the answer.
  if (moved === null && sign * count > 0)
    return { question: `is ${day.year} a leap year?`, answer: isLeap(day.year) ? 'Yes' : 'No' }
  return {
    question: pick(random, [
      `what date is ${count} ${plural} ${before ? 'before' : pick(random, ['after', 'from'])} ${d}?`,
      `What is the date ${count} ${plural} ${before ? 'before' : 'after'} ${d}?`,
      `${count} ${plural} ${before ? 'before' : 'after'} ${d}`,
      before ? `subtract ${count} ${plural} from ${d}` : `add ${count} ${plural} to ${d}`,
    ]),
    answer,
  }
}

it('adds days, weeks, months and years as the list of days does, and lands on no day that is none', () => {
  const { wrong, answeredShare } = trial(calendar, drawSum, 3_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

it('leaves days that are none, days of an older calendar, and days that two countries read in two ways', () => {
  const { wrong } = trial(calendar, (random) => {
    const year = 1800 + random(600)
    const name = monthName(1 + random(12))
    const none = pick(random, [
      `${year}-02-30`,
      `${year}-13-01`,
      `${year}-00-10`,
      `${year}-${pick(random, ['04', '06', '09', '11'])}-31`,
      `${isLeap(year) ? year + 1 : year}-02-29`,
      `${name} 32, ${year}`,
      `${name} 0, ${year}`,
      `31 ${pick(random, ['April', 'June', 'September', 'November'])} ${year}`,
      `${1000 + random(800)}-05-04`,
      `0${random(10)}/0${random(10)}/${year}`,
      `${1 + random(9)}.${1 + random(9)}.${year}`,
      `${name} ${1 + random(28)}`,
      `${name} ${1 + random(28)}, ${random(90) + 10}`,
      `${name.slice(0, 3)}embuary 3, ${year}`,
      `10000${random(10)}-01-01`,
    ])
    return {
      question: filled(
        pick(random, [
          'what day of the week is {d}?',
          'how many days between {d} and 2399-12-31?',
          'add {n} days to {d}',
          'what is the iso week of {d}?',
          'what day of the year was {d}',
          '{n} years after {d}',
          'what day is {n} days after 2024-01-05?',
          'Welcher Wochentag ist der {d}?',
          'Quel jour de la semaine est le {d} ?',
        ]),
        { d: none, n: digits(random, 2) },
      ),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
