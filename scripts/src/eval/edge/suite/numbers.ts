/** Percentages, conversions of units and of number bases, and plain sums. */
import { decimalOf, type EdgeRow, fill, pick, type Random } from './row.ts'

type Maker = (random: Random) => EdgeRow | null

const between = (random: Random, low: number, high: number): number => low + random(high - low + 1)

const percentTemplates = [
  ['what percentage of {b} is {a}?', 'share'],
  ['{a} is what percent of {b}?', 'share'],
  ['What percent of {b} is {a}', 'share'],
  ['what is {a} as a percentage of {b}?', 'share'],
  ['Increase {b} by {p}%', 'raise'],
  ['what is {b} increased by {p}%?', 'raise'],
  ['decrease {b} by {p} percent', 'lower'],
  ['What is {b} decreased by {p}%?', 'lower'],
  ['what is the percentage increase from {b} to {c}?', 'up'],
  ['increase from {b} to {c} in %', 'up'],
  ['percentage decrease from {c} to {b}', 'down'],
  ['What is the percent change from {c} to {b}?', 'change'],
  ['{a} is {p}% of what number?', 'base'],
  ['Wie viel sind {p} % von {b}?', 'of'],
  ['Was sind {p}% von {b}?', 'of'],
  ['Combien font {p} % de {b} ?', 'of'],
  ['¿Cuánto es el {p}% de {b}?', 'of'],
  ['what is {p}% of {b}?', 'of'],
  ['{p}% of {b}', 'of'],
  ['calculate {p} percent of {b}', 'of'],
] as const

const percent: Maker = (random) => {
  const [template, kind] = pick(random, percentTemplates)
  const b = between(random, 1, 40) * pick(random, [5, 10, 20, 25])
  const a = between(random, 1, b)
  const p = between(random, 1, 95)
  const c = b + between(random, 1, 300)
  const fractions: Readonly<Record<typeof kind, readonly [number, number]>> = {
    share: [a * 100, b],
    raise: [b * (100 + p), 100],
    lower: [b * (100 - p), 100],
    up: [(c - b) * 100, b],
    down: [(c - b) * 100, c],
    change: [(b - c) * 100, c],
    base: [a * 100, p],
    of: [p * b, 100],
  }
  const [n, d] = fractions[kind]
  const { text, exact } = decimalOf(BigInt(n), BigInt(d))
  const foreign = !/^(?:w?h|[{i]|calc|perc|dec)/i.test(template)
  const sign = ['share', 'up', 'down', 'change'].includes(kind) ? '%' : ''
  // What does not come out exactly has several right roundings.
  const answer = exact ? `${foreign ? text.replace('.', ',') : text}${sign}` : null
  return { text: fill(template, { a, b, c, p }), answer, about: 'percentages' }
}

/** What each unit is, in units of its kind, as a decimal written out from the standards that define it. */
const measures: readonly (readonly (readonly [names: string, symbol: string, worth: string])[])[] = [
  [
    ['km|kilometers|kilometres|kilometer', 'km', '1000'],
    ['m|meters|metres', 'm', '1'],
    ['cm|centimeters|centimetres', 'cm', '0.01'],
    ['mm|millimeters|millimetres', 'mm', '0.001'],
    ['miles|mi', 'mi', '1609.344'],
    ['yards|yd', 'yd', '0.9144'],
    ['feet|ft', 'ft', '0.3048'],
    ['inches', 'in', '0.0254'],
    ['nautical miles', 'nmi', '1852'],
  ],
  [
    ['kg|kilograms|kilos', 'kg', '1000'],
    ['g|grams', 'g', '1'],
    ['mg|milligrams', 'mg', '0.001'],
    ['pounds|lb|lbs', 'lb', '453.59237'],
    ['ounces|oz', 'oz', '28.349523125'],
    ['stone', 'st', '6350.29318'],
    ['tonnes|metric tons', 't', '1000000'],
  ],
  [
    ['hours|h', 'h', '3600'],
    ['minutes|min', 'min', '60'],
    ['seconds|s', 's', '1'],
    ['days', 'd', '86400'],
    ['weeks', 'wk', '604800'],
    ['milliseconds|ms', 'ms', '0.001'],
  ],
  [
    ['km/h|kph', 'km/h', '1000/3600'],
    ['mph|miles per hour', 'mph', '1609.344/3600'],
    ['m/s|meters per second', 'm/s', '1'],
    ['knots', 'kn', '1852/3600'],
  ],
  [
    ['square meters|m²|sq m', 'm²', '1'],
    ['square feet|sq ft', 'ft²', '0.09290304'],
    ['hectares|ha', 'ha', '10000'],
    ['acres', 'ac', '4046.8564224'],
    ['square kilometers|km²', 'km²', '1000000'],
    ['square miles', 'mi²', '2589988.110336'],
  ],
  [
    ['liters|litres', 'L', '1000'],
    ['ml|milliliters', 'mL', '1'],
    ['cubic meters|m³', 'm³', '1000000'],
    ['cubic inches', 'in³', '16.387064'],
    ['US gallons', 'US gal', '3785.411784'],
    ['imperial gallons', 'imp gal', '4546.09'],
  ],
  [
    ['KiB|kibibytes', 'KiB', '1024'],
    ['MiB|mebibytes', 'MiB', '1048576'],
    ['GiB|gibibytes', 'GiB', '1073741824'],
    ['bytes', 'B', '1'],
  ],
]

const unitTemplates = [
  'convert {v} {a} to {b}',
  'Convert {v} {a} into {b}.',
  '{v} {a} in {b}',
  'What is {v} {a} in {b}?',
  'how many {b} are in {v} {a}?',
  'How many {b} are there in {v} {a}?',
  'how much is {v} {a} in {b}?',
  '{v} {a} to {b}',
  'Please convert {v} {a} to {b}',
  'Wie viel sind {v} {a} in {b}?',
  'convertir {v} {a} en {b}',
  'convierte {v} {a} a {b}',
]

function fraction(worth: string): readonly [bigint, bigint] {
  const [over = '', under = '1'] = worth.split('/')
  const [whole = '', places = ''] = over.split('.')
  return [BigInt(whole + places), 10n ** BigInt(places.length) * BigInt(under)]
}

const units: Maker = (random) => {
  const kind = pick(random, measures)
  const [a, b] = [pick(random, kind), pick(random, kind)]
  if (a === b) return null
  const template = pick(random, unitTemplates)
  const foreign = /^(?:wie|conv\w+r\b|convierte)/i.test(template)
  // In other languages, units by the symbols that they share.
  const name = (unit: (typeof kind)[number]): string => (foreign ? unit[1] : pick(random, unit[0].split('|')))
  if (foreign && [a[1], b[1]].some((symbol) => /gal|²|³/.test(symbol))) return null
  const decimal = !foreign && random(3) === 0
  const whole = between(random, 2, 900)
  const v = decimal ? `${whole}.5` : `${whole}`
  const [n, d] = fraction(a[2])
  const [n2, d2] = fraction(b[2])
  const { text, exact } = decimalOf(
    BigInt(decimal ? whole * 10 + 5 : whole) * n * d2,
    d * n2 * (decimal ? 10n : 1n),
  )
  const number = foreign ? text.replace('.', ',') : text
  return {
    text: fill(template, { v, a: name(a), b: name(b) }),
    answer: `${exact ? '' : '≈ '}${number} ${b[1]}`,
    about: 'units',
  }
}

const temperature: Maker = (random) => {
  const v = between(random, -40, 220)
  const [from, to] = pick(random, [
    ['C', 'F'],
    ['F', 'C'],
    ['C', 'K'],
  ] as const)
  const names = {
    C: ['°C', 'Celsius', 'degrees Celsius'],
    F: ['°F', 'Fahrenheit', 'degrees Fahrenheit'],
    K: ['K', 'kelvin'],
  }
  const [n, d] = from === 'F' ? [(v - 32) * 5, 9] : to === 'F' ? [v * 9 + 160, 5] : [v * 100 + 27_315, 100]
  const { text, exact } = decimalOf(BigInt(n), BigInt(d))
  const template = pick(random, unitTemplates.slice(0, 4))
  return {
    text: fill(template, { v, a: pick(random, names[from]), b: pick(random, names[to]) }),
    answer: `${exact ? '' : '≈ '}${text} ${to === 'K' ? 'K' : `°${to}`}`,
    about: 'units',
  }
}

function romanOf(value: number): string {
  const digit = (n: number, one: string, five: string, ten: string): string =>
    [
      '',
      one,
      one + one,
      one + one + one,
      one + five,
      five,
      five + one,
      five + one + one,
      five + one + one + one,
      one + ten,
    ][n] ?? ''
  const [thousands, hundreds, tens, ones] = [...String(value).padStart(4, '0')].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  return (
    'M'.repeat(thousands) +
    digit(hundreds, 'C', 'D', 'M') +
    digit(tens, 'X', 'L', 'C') +
    digit(ones, 'I', 'V', 'X')
  )
}

const bases: Maker = (random) => {
  const v = between(random, 2, 3999)
  const [hex, bin, oct, roman] = [v.toString(16).toUpperCase(), v.toString(2), v.toString(8), romanOf(v)]
  const [template, answer] = pick(random, [
    ['convert {v} to hex', hex],
    ['what is {v} in hexadecimal?', hex],
    ['{v} in binary', bin],
    ['Convert {v} to binary.', bin],
    ['convert decimal {v} to binary', bin],
    ['What is {v} in octal?', oct],
    ['what is 0x{hex} in decimal?', `${v}`],
    ['convert 0x{hex} to decimal', `${v}`],
    ['convert hex {hex} to decimal', `${v}`],
    ['convert binary {bin} to decimal', `${v}`],
    ['What is binary {bin} in hex?', hex],
    ['0b{bin} in decimal', `${v}`],
    ['convert the binary number {bin} to decimal', `${v}`],
    ['convert 0x{hex} to binary', bin],
    ['what is {v} in roman numerals?', roman],
    ['convert {v} to Roman numerals', roman],
    ['Write {v} in Roman numerals.', roman],
    ['convert the roman numeral {roman} to a number', `${v}`],
    ['what number is the Roman numeral {roman}?', `${v}`],
    ['Was ist {v} in hexadezimal?', hex],
    ['convertir {v} en binaire', bin],
    ['convierte {v} a binario', bin],
  ] as const)
  return { text: fill(template, { v, hex, bin, oct, roman }), answer, about: 'bases' }
}

const sums: Maker = (random) => {
  const [a, b] = [between(random, 2, 999), between(random, 2, 99)]
  const [template, answer] = pick(random, [
    ['what is {a} + {b}?', a + b],
    ['What is {a} * {b}?', a * b],
    ['{a} - {b} =', a - b],
    ['calculate {a} times {b}', a * b],
    ['what is {b} squared?', b * b],
  ] as const)
  return { text: fill(template, { a, b }), answer: `${answer}`, about: 'arithmetic' }
}

export const numberMakers: readonly (readonly [Maker, number])[] = [
  [percent, 260],
  [units, 420],
  [temperature, 90],
  [bases, 260],
  [sums, 60],
]
