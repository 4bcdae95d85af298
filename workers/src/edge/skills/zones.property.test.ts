import { expect, it } from 'vitest'
import { filled, pick, type Random, trial } from '../trial.testing.ts'
import { zones } from './zones.ts'

const cities: readonly (readonly [name: string, zone: string])[] = [
  ['Tokyo', 'Asia/Tokyo'],
  ['mumbai', 'Asia/Kolkata'],
  ['Beijing', 'Asia/Shanghai'],
  ['London', 'Europe/London'],
  ['Berlin', 'Europe/Berlin'],
  ['New York', 'America/New_York'],
  ['San Francisco', 'America/Los_Angeles'],
  ['Sydney', 'Australia/Sydney'],
  ['Johannesburg', 'Africa/Johannesburg'],
  ['UTC', 'Etc/UTC'],
]
/** Half and quarter hours, clocks put on by half an hour, days left out, summers of several weeks. */
const odd =
  'Australia/Lord_Howe Pacific/Apia Pacific/Kwajalein Pacific/Kiritimati Asia/Kathmandu Asia/Pyongyang America/St_Johns Africa/Casablanca Antarctica/Troll America/Caracas Africa/Cairo Europe/Dublin Europe/Lisbon America/Sao_Paulo Africa/Monrovia Asia/Tehran'.split(
    ' ',
  )

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What the clock shows, to the second: `2024-03-10 03:00:00`, as Swedes write it. */
function shown(instant: number, timeZone: string): string {
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    clocks.set(timeZone, clock)
  }
  return clock.format(instant)
}

const told = (instant: number, zone: string): number =>
  Date.parse(`${shown(instant, zone).replace(' ', 'T')}Z`)
const allOffsets = new Map<string, readonly number[]>()

/** Every offset that the zone has had, by a look at its clock each month. */
function offsetsOf(zone: string): readonly number[] {
  const known = allOffsets.get(zone)
  if (known !== undefined) return known
  const months = Array.from({ length: 12 * 63 }, (_, month) => Date.UTC(1969, month, 20))
  const found = [...new Set(months.map((at) => told(at, zone) - at))]
  allOffsets.set(zone, found)
  return found
}

/** All instants at which the clock shows it. */
function instants(wall: string, zone: string): readonly number[] {
  const asIf = Date.parse(`${wall.replace(' ', 'T')}:00Z`)
  return offsetsOf(zone)
    .map((offset) => asIf - offset)
    .filter((instant) => shown(instant, zone) === `${wall}:00`)
}

const says = [
  'convert {d} {t} from {a} to {b}',
  'What time is it in {b} when it is {t} on {d} in {a}?',
  'If it is {t} on {d} in {a}, what time is it in {b}?',
  'what is {d} {t} {a} time in {b}?',
]

function place(random: Random): readonly [name: string, zone: string] {
  if (random(2) === 0) return pick(random, cities)
  const zone = random(2) === 0 ? pick(random, odd) : pick(random, cities)[1]
  return [random(4) === 0 ? zone.toLowerCase() : zone, zone]
}

/** The hour after an hour that the clock leaves out or shows twice is as near to it as any: half the draws are there. */
function moment(random: Random, zone: string): number {
  const any =
    (random(2) === 0 ? 0 : Date.UTC(1995, 0, 1)) + random(12_000) * 86_400_000 + random(96) * 900_000
  if (random(2) === 0) return any
  const offset = (at: number): number => told(at, zone) - at
  let [low, high] = [any, any + 200 * 86_400_000]
  if (offset(low) === offset(high)) return any
  while (high - low > 60_000) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle) === offset(low)) low = middle
    else high = middle
  }
  return Math.round(high / 900_000) * 900_000 + (random(17) - 8) * 900_000
}

it('tells the time that the other clock shows, and nothing of an hour shown twice or never', () => {
  const { wrong, answeredShare } = trial(
    zones,
    (random) => {
      const [[a, from], [b, to]] = [place(random), place(random)]
      // As wall time, which around a change may name no instant, or two.
      const wall = new Date(moment(random, from) + random(3) * 900_000)
        .toISOString()
        .slice(0, 16)
        .replace('T', ' ')
      const shifted = random(2) === 0 ? wall : shown(moment(random, from), from).slice(0, 16)
      const [d = '', t = ''] = shifted.split(' ')
      const [instant, ...others] = instants(shifted, from)
      const other = instant === undefined || others.length > 0 ? null : shown(instant, to)
      return {
        question: filled(pick(random, says), { a, b, d, t }),
        answer: d >= '1970' && other?.endsWith(':00') ? other.slice(0, 16) : null,
        // Around its beginning: what 1970 is elsewhere may be 1969 here.
        claimed: d > '1970-01-03',
      }
    },
    800,
  )
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

it('knows no zone that is several or none, and no time that no clock shows', () => {
  const { wrong } = trial(zones, (random) => {
    const good = pick(random, cities)[0]
    const bad = pick(random, [
      'EST',
      'IST',
      'CST',
      'BST',
      'PST',
      'Springfield',
      'Mars/Phobos',
      'my time',
      'here',
      'London and',
    ])
    const [a, b] = random(2) === 0 ? [good, bad] : [bad, good]
    return pick(random, [
      { question: filled(pick(random, says), { a, b, d: '2024-07-01', t: '15:00' }), answer: null },
      {
        question: filled(pick(random, says), {
          a: 'London',
          b: 'Tokyo',
          ...pick(random, [
            { d: '2024-07-01', t: '24:00' },
            { d: '2024-07-01', t: '3:00' },
            { d: '2024-07-01', t: '10:60' },
            { d: '2024-02-30', t: '10:00' },
            { d: '07/01/2024', t: '10:00' },
            { d: '1940-06-01', t: '10:00' },
            { d: '2024-07-01', t: '10:00 pm' },
          ]),
        }),
        answer: null,
      },
    ])
  })
  expect(wrong).toEqual([])
})
