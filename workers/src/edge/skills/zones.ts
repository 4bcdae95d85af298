/**
 * A wall clock's time in another zone, by the host's own table of zones.
 *
 * A time that the clock of its zone showed twice, or never, has no one answer. Zones go by their names in the IANA
 * table or by a city that the whole world means by its name; letters such as CST and IST are several zones.
 */
import { lazily } from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { readDay } from './dates.ts'
import { bare, skilled } from './skill.ts'

const cities = lazily(
  (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      `Asia:Tokyo,Seoul,Shanghai,Singapore,Dubai,Bangkok,Jakarta,Manila,Mumbai=Kolkata,Delhi=Kolkata,Beijing=Shanghai
Europe:London,Berlin,Paris,Madrid,Rome,Vienna,Zurich,Amsterdam,Brussels,Stockholm,Oslo,Warsaw,Prague,Lisbon,Istanbul,Moscow,Helsinki
America:New York,Los Angeles,Chicago,Denver,Toronto,Vancouver,San Francisco=Los_Angeles
Australia:Sydney,Brisbane
Africa:Cairo,Nairobi,Johannesburg,Lagos
Etc:UTC,GMT`
        .split('\n')
        .flatMap((line) => {
          const [region, names = ''] = line.split(':')
          return names.split(',').map((entry) => {
            const [name = '', zone = name.replace(' ', '_')] = entry.split('=')
            return [name.toLowerCase(), `${region}/${zone}`]
          })
        }),
    ),
)

const day = '(?<d>\\d{4}-\\d\\d-\\d\\d)'
const time = '(?<t>[01]\\d:[0-5]\\d|2[0-3]:[0-5]\\d)'
const zone = (name: string): string => `(?<${name}>[a-z_/ ]{3,40}?)`
const forms = lazily((): readonly RegExp[] =>
  [
    `convert ${day} ${time} from ${zone('a')} to ${zone('b')}`,
    `what time is it in ${zone('b')} when it is ${time} on ${day} in ${zone('a')}`,
    `if it is ${time} on ${day} in ${zone('a')}, what time is it in ${zone('b')}`,
    `what is ${day} ${time} ${zone('a')} time in ${zone('b')}`,
  ].map((form) => new RegExp(`^${form}$`, 'i')),
)

export const zones: EdgeAnswerer = skilled({
  name: 'zones',
  longest: 160,
  hint: /\d:\d\d/,
  answer(question) {
    const text = bare(question)
    for (const form of forms()) {
      const { d = '', t = '', a = '', b = '' } = form.exec(text ?? '')?.groups ?? {}
      const at = readDay(d)?.at
      const [from, to] = [clockOf(a), clockOf(b)]
      // Zones have one history since 1970 only.
      if (at === undefined || at < 0 || !from || !to) continue
      const wall = at + Number(t.slice(0, 2)) * 3_600_000 + Number(t.slice(3)) * 60_000
      const instant = instantOf(wall, from)
      const shown = instant === null ? null : wallOf(instant, to)
      // Liberia's clock was three quarters of a minute off until 1972, which a time in minutes does not tell.
      if (shown === null || shown % 60_000 !== 0) return null
      return new Date(shown).toISOString().slice(0, 16).replace('T', ' ')
    }
    return null
  },
})

function clockOf(name: string): Intl.DateTimeFormat | null {
  const timeZone = cities()[name.toLowerCase()] ?? (name.includes('/') ? name : null)
  if (timeZone === null) return null
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
  } catch {
    return null
  }
}

/** What the clock shows, told as if it were UTC. */
function wallOf(instant: number, clock: Intl.DateTimeFormat): number {
  const part = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const year = (part.get('year') ?? 0) % 100
  const near = new Date(instant).getUTCFullYear()
  // A short date's year has two digits; it lies within a day of the instant's.
  const full =
    near -
    (near % 100) +
    year +
    (near % 100 === 99 && year === 0 ? 100 : near % 100 === 0 && year === 99 ? -100 : 0)
  return Date.UTC(
    full,
    (part.get('month') ?? 1) - 1,
    part.get('day'),
    part.get('hour'),
    part.get('minute'),
    part.get('second'),
  )
}

/** The one instant at which the clock shows this; the offsets of the days around are all that it can have. */
function instantOf(wall: number, clock: Intl.DateTimeFormat): number | null {
  const offsets = new Set(
    [-1, 0, 1].map((days) => wallOf(wall + days * 86_400_000, clock) - (wall + days * 86_400_000)),
  )
  const found = [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => wallOf(instant, clock) === wall)
  return found.length === 1 ? (found[0] ?? null) : null
}
