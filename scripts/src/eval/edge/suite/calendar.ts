/** Dates and clocks: expected answers come from the host's Date and from a search over Intl's own output. */
import { type EdgeRow, fill, pick, type Random } from './row.ts'

type Maker = (random: Random) => EdgeRow | null

const dayMs = 86_400_000
const between = (random: Random, low: number, high: number): number => low + random(high - low + 1)
const anyDay = (random: Random): Date => new Date(Date.UTC(1900, 0, 1) + random(60_000) * dayMs)
const iso = (date: Date): string => date.toISOString().slice(0, 10)

type Style = 'iso' | 'mdy' | 'dmy'
const styles: readonly Style[] = ['iso', 'mdy', 'dmy']

function written(date: Date, style: Style): string {
  if (style === 'iso') return iso(date)
  const month = date.toLocaleDateString('en', { month: 'long', timeZone: 'UTC' })
  const [day, year] = [date.getUTCDate(), date.getUTCFullYear()]
  return style === 'mdy' ? `${month} ${day}, ${year}` : `${day} ${month} ${year}`
}

const weekdays = [
  ['what day of the week is {d}?', 'en'],
  ['What day of the week was {d}?', 'en'],
  ['which weekday is {d}?', 'en'],
  ['Which day of the week will {d} be?', 'en'],
  ['On what day of the week does {d} fall?', 'en'],
  ['Welcher Wochentag ist der {d}?', 'de'],
  ['Quel jour de la semaine est le {d} ?', 'fr'],
  ['¿Qué día de la semana es el {d}?', 'es'],
] as const

const weekday: Maker = (random) => {
  const date = anyDay(random)
  const [template, language] = pick(random, weekdays)
  const long = date.toLocaleDateString(language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  const d = language === 'en' ? written(date, pick(random, styles)) : long
  const answer = date.toLocaleDateString(language, { weekday: 'long', timeZone: 'UTC' })
  return { text: fill(template, { d }), answer, about: 'calendar' }
}

const days: Maker = (random) => {
  const from = anyDay(random)
  const to = new Date(from.getTime() + between(random, 1, 5000) * dayMs)
  const style = pick(random, styles)
  const template = pick(random, [
    'how many days between {a} and {b}?',
    'How many days are there between {a} and {b}?',
    'how many days are between {a} and {b}',
    'How many days from {a} to {b}?',
    'number of days between {a} and {b}',
  ])
  const answer = String(Math.round((to.getTime() - from.getTime()) / dayMs))
  return {
    text: fill(template, { a: written(from, style), b: written(to, style) }),
    answer,
    about: 'calendar',
  }
}

const addition: Maker = (random) => {
  const from = anyDay(random)
  const unit = pick(random, ['days', 'days', 'weeks', 'months', 'years'])
  const n = between(random, 2, unit === 'days' ? 400 : 30)
  const before = random(2) === 0
  const signed = before ? -n : n
  const to = new Date(from)
  if (unit === 'days') to.setUTCDate(to.getUTCDate() + signed)
  if (unit === 'weeks') to.setUTCDate(to.getUTCDate() + 7 * signed)
  if (unit === 'months') to.setUTCMonth(to.getUTCMonth() + signed)
  if (unit === 'years') to.setUTCFullYear(to.getUTCFullYear() + signed)
  // A month that has no such day: some take its last day, some the next month's first.
  const lost = (unit === 'months' || unit === 'years') && to.getUTCDate() !== from.getUTCDate()
  const style = pick(random, styles)
  const template = pick(random, [
    'what date is {n} {u} {side} {d}?',
    'What is the date {n} {u} {side} {d}?',
    '{n} {u} {side} {d}',
    before ? 'subtract {n} {u} from {d}' : 'add {n} {u} to {d}',
  ])
  return {
    text: fill(template, { n, u: unit, side: before ? 'before' : 'after', d: written(from, style) }),
    answer: lost ? null : written(to, style),
    about: 'calendar',
  }
}

const facts: Maker = (random) => {
  const year = between(random, 1900, 2100)
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
  const month = random(12)
  const name = new Date(Date.UTC(year, month, 1)).toLocaleDateString('en', { month: 'long', timeZone: 'UTC' })
  const length = String(new Date(Date.UTC(year, month + 1, 0)).getUTCDate())
  const date = anyDay(random)
  const ordinal = String(Math.round((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1)
  // The week of the Thursday nearest to a day.
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * dayMs)
  const weekYear = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / (7 * dayMs)) + 1
  const [template, answer] = pick(random, [
    ['is {year} a leap year?', leap ? 'Yes' : 'No'],
    ['Was {year} a leap year?', leap ? 'Yes' : 'No'],
    ['Ist {year} ein Schaltjahr?', leap ? 'Ja' : 'Nein'],
    ['¿Es {year} un año bisiesto?', leap ? 'Sí' : 'No'],
    ['how many days are in {name} {year}?', length],
    ['How many days does {name} {year} have?', length],
    ['what is the ISO week number of {date}?', String(week)],
    ['which ISO week is {date} in?', `${weekYear}-W${String(week).padStart(2, '0')}`],
    ['what day of the year is {date}?', ordinal],
  ] as const)
  return { text: fill(template, { year, name, date: iso(date) }), answer, about: 'calendar' }
}

const places = [
  ['Tokyo', 'Asia/Tokyo'],
  ['London', 'Europe/London'],
  ['New York', 'America/New_York'],
  ['Berlin', 'Europe/Berlin'],
  ['Sydney', 'Australia/Sydney'],
  ['Los Angeles', 'America/Los_Angeles'],
  ['Mumbai', 'Asia/Kolkata'],
  ['UTC', 'UTC'],
] as const

function wall(instant: number, zone: string): string {
  return new Date(instant).toLocaleString('sv', { timeZone: zone }).slice(0, 16)
}

/** Every instant whose clock shows this, found by trying each quarter of an hour of the days around it. */
function instantsOf(shown: string, zone: string): number[] {
  const near = Date.parse(`${shown.replace(' ', 'T')}Z`)
  const found: number[] = []
  for (let quarter = -4 * 15; quarter <= 4 * 15; quarter++) {
    if (wall(near + quarter * 900_000, zone) === shown) found.push(near + quarter * 900_000)
  }
  return found
}

const zones: Maker = (random) => {
  const [a, b] = [pick(random, places), pick(random, places)]
  if (a[1] === b[1]) return null
  const date = new Date(Date.UTC(2005, 0, 1) + random(9000) * dayMs)
  const time = `${String(random(24)).padStart(2, '0')}:${pick(random, ['00', '15', '30', '45'])}`
  const byName = random(3) > 0
  const template = pick(random, [
    'convert {d} {t} from {a} to {b}',
    'What time is it in {b} when it is {t} on {d} in {a}?',
    'What is {d} {t} {a} time in {b}?',
    'If it is {t} on {d} in {a}, what time is it in {b}?',
  ])
  const instants = instantsOf(`${iso(date)} ${time}`, a[1])
  return {
    text: fill(template, { d: iso(date), t: time, a: byName ? a[0] : a[1], b: byName ? b[0] : b[1] }),
    answer: instants.length === 1 ? wall(instants[0] ?? 0, b[1]) : null,
    about: 'zones',
  }
}

/** Clocks put back and forward: the hour that is there twice, and the one that is not. */
const zoneTraps: readonly EdgeRow[] = [
  ['2024-11-03 01:30', 'America/New_York'],
  ['2024-03-10 02:30', 'America/New_York'],
  ['2024-10-27 01:15', 'Europe/London'],
  ['2024-03-31 01:30', 'Europe/London'],
  ['2024-10-27 02:45', 'Europe/Berlin'],
  ['2024-03-31 02:00', 'Europe/Berlin'],
  ['2024-04-07 02:30', 'Australia/Sydney'],
  ['2024-10-06 02:30', 'Australia/Sydney'],
].map(([when = '', zone = '']) => {
  if (instantsOf(when, zone).length === 1) throw new TypeError(`${when} in ${zone} is no trap.`)
  return { text: `convert ${when} from ${zone} to UTC`, answer: null, about: 'zones' }
})

export const calendarTraps: readonly EdgeRow[] = zoneTraps
export const calendarMakers: readonly (readonly [Maker, number])[] = [
  [weekday, 160],
  [days, 90],
  [addition, 130],
  [facts, 110],
  [zones, 110],
]
