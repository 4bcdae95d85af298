import { expect, it } from 'vitest'
import {
  type Case,
  decimalOf,
  digits,
  filled,
  type Pair,
  pairOf,
  pick,
  type Random,
  trial,
} from '../trial.testing.ts'
import { units } from './units.ts'

const times = ([a, b]: Pair, [c, d]: Pair): Pair => [a * c, b * d]
const square = (a: Pair): Pair => times(a, a)
const cube = (a: Pair): Pair => times(a, square(a))
const whole = (n: number | bigint): Pair => [BigInt(n), 1n]
const [kilo, hecto, centi, milli] = [whole(1000), whole(100), pairOf('0.01'), pairOf('0.001')]

// Each unit by what defines it, one from the other: the international yard and pound of 1959, the nautical mile of
// 1929, the acre of 4840 square yards, the gallon of 231 cubic inches, the UK's of 4.54609 litres (NIST SP 811, SI 9).
const inch = pairOf('0.0254')
const foot = times(whole(12), inch)
const yard = times(whole(3), foot)
const mile = times(whole(1760), yard)
const pound = pairOf('0.45359237')
const hour = whole(3600)
const perHour = ([n, d]: Pair): Pair => [n, d * 3600n]
const litre = milli

type Unit = readonly [symbol: string, names: string, worth: Pair]
const kinds: readonly (readonly Unit[])[] = [
  [
    ['m', 'm|meter|metre|meters|metres|METERS', whole(1)],
    ['km', 'km|kilometers|kilometre|Kilometers|KM|kms', kilo],
    ['cm', 'cm|centimeters|centimetres', centi],
    ['mm', 'mm|millimeters|millimetre', milli],
    ['µm', 'µm|micrometers', pairOf('0.000001')],
    ['nm', 'nanometers|nanometer|Nanometres', pairOf('0.000000001')],
    ['mi', 'mi|mile|miles', mile],
    ['yd', 'yd|yard|yards', yard],
    ['ft', 'ft|foot|feet|FT', foot],
    ['in', 'in|inch|inches', inch],
    ['nmi', 'nmi|nautical mile|nautical miles', whole(1852)],
  ],
  [
    ['kg', 'kg|kilogram|kilograms|kilos|Kg', kilo],
    ['g', 'g|gram|grams|grammes', whole(1)],
    ['mg', 'mg|milligrams', milli],
    ['lb', 'lb|lbs|pound|pounds', times(kilo, pound)],
    ['oz', 'oz|ounce|ounces', [pound[0] * 1000n, pound[1] * 16n]],
    ['st', 'st|stone', times(whole(14_000), pound)],
    ['t', 't|tonne|tonnes|metric tons', whole(1_000_000)],
    ['short ton', 'short tons|US tons', times(whole(2_000_000), pound)],
    ['long ton', 'long tons', times(whole(2_240_000), pound)],
  ],
  [
    ['s', 's|sec|second|seconds', whole(1)],
    ['min', 'min|minute|minutes|mins', whole(60)],
    ['h', 'h|hr|hrs|hour|hours', hour],
    ['d', 'd|day|days', times(whole(24), hour)],
    ['wk', 'wk|week|weeks', times(whole(168), hour)],
    ['ms', 'ms|millisecond|milliseconds', milli],
  ],
  [
    ['m/s', 'm/s|meters per second|metres per second', whole(1)],
    ['km/h', 'km/h|kph|kmh|kilometers per hour', perHour(kilo)],
    ['mph', 'mph|miles per hour', perHour(mile)],
    ['kn', 'kn|knot|knots', perHour(whole(1852))],
  ],
  [
    ['m²', 'm²|square meters|square metres|sq m', whole(1)],
    ['cm²', 'cm²|square centimeters', square(centi)],
    ['km²', 'km²|square kilometers', square(kilo)],
    ['ha', 'ha|hectare|hectares', square(hecto)],
    ['ac', 'ac|acre|acres', times(whole(4840), square(yard))],
    ['mi²', 'mi²|square miles', square(mile)],
    ['yd²', 'yd²|square yards', square(yard)],
    ['ft²', 'ft²|square feet|square foot|sq ft', square(foot)],
    ['in²', 'in²|square inches', square(inch)],
  ],
  [
    ['L', 'L|l|liter|liters|litres', litre],
    ['mL', 'mL|ml|milliliters|millilitres', times(litre, milli)],
    ['cL', 'cL|cl', times(litre, centi)],
    ['m³', 'm³|cubic meters|cubic metres', whole(1)],
    ['cm³', 'cm³|cubic centimeters|cc', cube(centi)],
    ['in³', 'in³|cubic inches', cube(inch)],
    ['ft³', 'ft³|cubic feet', cube(foot)],
    ['US gal', 'US gallons|US gallon', times(whole(231), cube(inch))],
    ['imp gal', 'imperial gallons|UK gallons', times(pairOf('4.54609'), litre)],
  ],
  [
    ['B', 'B|byte|bytes', whole(1)],
    ['KiB', 'KiB|kibibytes', whole(2 ** 10)],
    ['MiB', 'MiB|mebibytes', whole(2 ** 20)],
    ['GiB', 'GiB|gibibytes', whole(2 ** 30)],
    ['TiB', 'TiB|tebibytes', whole(2 ** 40)],
  ],
]

const inEnglish = [
  'convert {v} {a} to {b}',
  'Convert {v}{a} into {b}.',
  '{v} {a} in {b}',
  'What is {v} {a} in {b}?',
  'please convert {v} {a} to {b}, please',
  'how much is {v} {a} in {b}?',
  'how many {b} are in {v} {a}?',
  'How many {b} are there in {v} {a}?',
  'how many {b} in {v} {a}',
]
const inOthers = [
  'Wie viel sind {v} {a} in {b}?',
  'wieviel ist {v} {a} in {b}',
  'convertir {v} {a} en {b}',
  'convierte {v} {a} a {b}',
]

/** Six digits that count and two places at least, found on the digits of a division of forty places. */
function shown([n, d]: Pair): string {
  const exact = decimalOf([n, d], 10)
  if (exact !== null) return exact
  const magnitude = n < 0n ? -n : n
  const scaled = `${(magnitude * 10n ** 60n) / d}`.padStart(61, '0')
  const [whole, places] = [scaled.slice(0, -60), scaled.slice(-60)]
  const firstDigit = places.search(/[1-9]/)
  const kept = whole === '0' ? firstDigit + 6 : Math.max(2, 6 - whole.length)
  const figures = [...`0${whole}${places.slice(0, kept)}`].map(Number)
  if (Number(places[kept]) >= 5) {
    let at = figures.length - 1
    while (figures[at] === 9) figures[at--] = 0
    figures[at] = (figures[at] ?? 0) + 1
  }
  const split = figures.length - kept
  const text = `${figures.slice(0, split).join('')}.${figures.slice(split).join('')}`
  return `≈ ${n < 0n ? '-' : ''}${text.replace(/^0+(?=\d)/, '').replace(/\.?0+$/, '')}`
}

function amount(random: Random): { readonly text: string; readonly claimed: boolean } {
  switch (random(10)) {
    case 0:
      return { text: '0', claimed: true }
    case 1:
      return { text: digits(random, 15), claimed: true }
    case 2:
      return { text: digits(random, 16 + random(80)), claimed: false }
    case 3:
      return { text: `0.${digits(random, 1 + random(9))}`, claimed: true }
    case 4:
      return { text: `${digits(random, 1 + random(6))}.${random(10)}`, claimed: true }
    case 5:
      return { text: `-${digits(random, 2)}`, claimed: false }
    default:
      return { text: digits(random, 1 + random(4)), claimed: true }
  }
}

function drawUnits(random: Random): Case {
  const kind = pick(random, kinds)
  const [from, to] = [pick(random, kind), pick(random, kind)]
  const { text, claimed } = amount(random)
  const english = random(3) > 0
  const names = (unit: Unit): string => (english ? pick(random, unit[1].split('|')) : unit[0])
  const [n, d] = times(pairOf(text), [from[2][0] * to[2][1], from[2][1] * to[2][0]])
  const said = shown([n, d])
  const point = (written: string): string => (english ? written : written.replace('.', ','))
  const template = pick(random, english ? inEnglish : inOthers)
  return {
    question: filled(template, { v: point(text), a: names(from), b: names(to) }),
    // There is no length below zero, and a unit is not converted to itself.
    answer: from === to || text.startsWith('-') ? null : `${point(said)} ${to[0]}`,
    claimed,
  }
}

it('converts as the definitions of the units say, to the last digit or to six', () => {
  const { wrong, answeredShare } = trial(units, drawUnits, 3_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

const scales = [
  ['°C', '°C|C|Celsius|degrees Celsius|degrees C'],
  ['°F', '°F|F|Fahrenheit|degrees Fahrenheit|degrees F'],
  ['K', 'K|kelvin|Kelvin'],
] as const

it('reads a thermometer in another scale, and none below absolute zero', () => {
  const { wrong, answeredShare } = trial(units, (random) => {
    const [from, to] = [pick(random, scales), pick(random, scales)]
    const text = `${random(3) === 0 ? '-' : ''}${pick(random, [`${random(400)}`, `${random(600)}.${random(10)}`, digits(random, 9)])}`
    const [n, d] = pairOf(text)
    // By way of hundredths of a degree Celsius, as the scales are taught.
    const celsius: Pair =
      from[0] === '°C'
        ? [n, d]
        : from[0] === '°F'
          ? [(n - 32n * d) * 5n, d * 9n]
          : [n * 100n - 27_315n * d, d * 100n]
    const [c, e] = celsius
    const value: Pair =
      to[0] === '°C'
        ? celsius
        : to[0] === '°F'
          ? [c * 9n + 160n * e, e * 5n]
          : [c * 100n + 27_315n * e, e * 100n]
    const cold = c * 100n < -27_315n * e
    return {
      question: filled(pick(random, inEnglish.slice(0, 6)), {
        v: text,
        a: pick(random, from[1].split('|')),
        b: pick(random, to[1].split('|')),
      }),
      answer: cold || from === to ? null : `${shown(value)} ${to[0]}`,
    }
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('leaves units that are several amounts, of another kind, or none', () => {
  const several =
    'gallons|pints|cups|tons|quarts|fl oz|months|years|billion|points|degrees|calories|drops|Mb|mb|kb|M|G|T|MM|Ms|Ks|Cs|Bs|ts|CS|dozen|m&m|half miles'
  const known = kinds.flat().flatMap(([, names]) => names.split('|'))
  const { wrong } = trial(units, (random) => {
    const odd = pick(random, several.split('|'))
    const [one, other] = [pick(random, kinds), pick(random, kinds)]
    const [a, b] =
      random(2) === 0
        ? pick(random, [
            [odd, pick(random, known)],
            [pick(random, known), odd],
          ])
        : [pick(random, pick(random, one)[1].split('|')), pick(random, pick(random, other)[1].split('|'))]
    const apart = one !== other || a === odd || b === odd
    const template = pick(random, [...inEnglish, ...inOthers])
    const question = filled(template, { v: digits(random, 1 + random(3)), a, b })
    return apart
      ? { question, answer: null }
      : { question: filled(template, { v: '1e3', a, b }), answer: null }
  })
  expect(wrong).toEqual([])
})
