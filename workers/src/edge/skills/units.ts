/**
 * Conversion between units, with the exact factors of the standards that define them.
 *
 * A unit that people use for several amounts (gallon, pint, cup, ton, month, KB among bytes) is not known by that name,
 * so a question with it is not answered. An answer names the unit by its symbol, which all languages share.
 */
import type { EdgeAnswerer } from '../answerer.ts'
import { divide, multiply, type Rational, rational, subtract } from '../arithmetic/rational.ts'
import { commaNumeral, exact, numeral, readNumber, rounded } from './number.ts'
import { bare, skilled } from './skill.ts'

/** A kind a line: symbol, what one is worth, its names in the singular. A zero is where a temperature begins. */
const table = `m:1:meter,metre;km:1000:kilometer,kilometre;cm:.01:centimeter,centimetre;mm:.001:millimeter,millimetre;µm:.000001:micrometer,micrometre;nm:.000000001:nanometer,nanometre;mi:1609.344:mile;yd:.9144:yard;ft:.3048:foot,feet;in:.0254:inch,inches;nmi:1852:nautical mile
g:1:gram,gramme;kg:1000:kilogram,kilo;mg:.001:milligram;lb:453.59237:pound,lbs;oz:28.349523125:ounce;st:6350.29318:stone;t:1000000:tonne,metric ton;short ton:907184.74:US ton,short ton;long ton:1016046.9088:long ton
s:1:second,sec;min:60:minute,mins;h:3600:hour,hr,hrs;d:86400:day;wk:604800:week;ms:.001:millisecond
m/s:3.6:meters per second,metres per second;km/h:1:kph,kmh,kilometers per hour,kilometres per hour;mph:1.609344:miles per hour;kn:1.852:knot
m²:1:square meter,square metre,sq m;ft²:.09290304:square foot,square feet,sq ft;cm²:.0001:square centimeter,square centimetre;km²:1000000:square kilometer,square kilometre;ha:10000:hectare;ac:4046.8564224:acre;mi²:2589988.110336:square mile;yd²:.83612736:square yard;in²:.00064516:square inch,square inches
mL:1:ml,milliliter,millilitre;L:1000:l,liter,litre;cL:10:cl,centiliter,centilitre;m³:1000000:cubic meter,cubic metre;cm³:1:cubic centimeter,cubic centimetre,cc;in³:16.387064:cubic inch,cubic inches;ft³:28316.846592:cubic foot,cubic feet;US gal:3785.411784:US gallon;imp gal:4546.09:imperial gallon,UK gallon
B:1:byte;KiB:1024:kibibyte;MiB:1048576:mebibyte;GiB:1073741824:gibibyte;TiB:1099511627776:tebibyte;KB:1000:kB,kilobyte;MB:1000000:megabyte;GB:1000000000:gigabyte;TB:1000000000000:terabyte
°C:5/9:C,celsius,degree celsius,degrees celsius,degrees C;°F:1:F,fahrenheit,degrees fahrenheit,degrees F;K:5/9:kelvin`

type Unit = { readonly symbol: string; readonly kind: number; readonly worth: Rational }
type Frame = { readonly form: RegExp; readonly order: 'from' | 'to'; readonly comma: boolean }

const unitOf = '([^\\d"“?.,:;]{1,28}?)'
const frames: readonly Frame[] = [
  frame(`(?:convert |what is |what's |how much is |change )?V ?U (?:to|into|in) U`),
  frame(`how many U (?:are |are there |is )?(?:there )?in (?:V |an? )U`, 'to'),
  frame('(?:wie ?viel (?:sind|ist)) V ?U in U', 'from', true),
  frame('convertir V ?U en U', 'from', true),
  frame('convierte V ?U (?:a|en) U', 'from', true),
]

let known: ReadonlyMap<string, Unit> | null = null

export const units: EdgeAnswerer = skilled({
  name: 'units',
  longest: 120,
  hint: /^[^\n]*\d.* (?:to|into|in|en|a) |^how many .* in /i,
  answer(question) {
    const text = bare(question)
    if (text === null) return null
    for (const { form, order, comma } of frames) {
      const groups = form.exec(text)?.slice(1)
      if (groups === undefined) continue
      const [number, a, b] = order === 'from' ? groups : [groups[1], groups[2], groups[0]]
      const [from, to] = [unitNamed(a ?? ''), unitNamed(b ?? '')]
      const value = from && to && convert(readSigned(number ?? '1'), from, to)
      if (!value || !to || isNautical(a, to) || isNautical(b, from)) return null
      const end = exact(value)
      const said = end ?? rounded(value)
      return `${end === null ? '≈ ' : ''}${comma ? said.replace('.', ',') : said} ${to.symbol}`
    }
    return null
  },
})

function convert(amount: Rational, from: Unit, to: Unit): Rational | null {
  if (from.kind !== to.kind || from === to) return null
  if (from.symbol.length <= 2 && /^(?:°|K$)/.test(from.symbol)) return warmth(amount, from, to)
  const [decimal, binary] = [/^[KMGT]B$/, /^[KMGT]iB$/]
  // A KB is 1000 bytes to some and 1024 to others, unless it is set against a KiB.
  if (decimal.test(from.symbol) && !binary.test(to.symbol)) return null
  if (decimal.test(to.symbol) && !binary.test(from.symbol)) return null
  const base = amount.numerator < 0n ? null : multiply(amount, from.worth)
  return base && divide(base, to.worth)
}

/** To seamen a nm is a nautical mile, and of the other's size it depends which is meant. */
function isNautical(name: string | undefined, { symbol }: Unit): boolean {
  return name?.trim() === 'nm' && /^(?:km|mi|nmi|yd|ft|m)$/.test(symbol)
}

const zeros: Readonly<Record<string, Rational>> = {
  '°C': { numerator: -27_315n, denominator: 100n },
  '°F': { numerator: -45_967n, denominator: 100n },
  K: { numerator: 0n, denominator: 1n },
}

/** Through the distance from absolute zero, below which there is nothing. */
function warmth(amount: Rational, from: Unit, to: Unit): Rational | null {
  const [zero, target] = [zeros[from.symbol], zeros[to.symbol]]
  const distance = zero && subtract(amount, zero)
  if (!distance || !target || distance.numerator < 0n) return null
  const scaled = multiply(distance, divide(to.worth, from.worth) ?? distance)
  return scaled && subtract(scaled, { ...target, numerator: -target.numerator })
}

function unitNamed(given: string): Unit | null {
  known ??= readTable()
  const name = given.trim()
  const lower = name.toLowerCase()
  // A symbol's case may be its meaning (mg, Mg); a name's is not, nor that of a few that all write as they like.
  const word = lower.length > 3 || /^(?:km|kg|cm|mph|kph|lbs?|ft|min)$/.test(lower) ? lower : name
  return (
    known.get(name) ?? known.get(word) ?? (/..s$/.test(word) ? (known.get(word.slice(0, -1)) ?? null) : null)
  )
}

function readTable(): ReadonlyMap<string, Unit> {
  const names = new Map<string, Unit>()
  for (const [kind, line] of table.split('\n').entries()) {
    for (const entry of line.split(';')) {
      const [symbol = '', worth = '', list = ''] = entry.split(':')
      const [over = '', under = '1'] = worth.split('/')
      const value = divide(readSigned(over), readSigned(under))
      if (value === null) continue
      const unit = { symbol, kind, worth: value }
      names.set(symbol, unit)
      for (const name of list.split(',')) names.set(name.length > 3 ? name.toLowerCase() : name, unit)
    }
  }
  return names
}

function readSigned(text: string): Rational {
  const value = readNumber(text.replace(/^[-−]/, ''))
  return rational(/^[-−]/.test(text) ? -value.numerator : value.numerator, value.denominator) ?? value
}

function frame(says: string, order: Frame['order'] = 'from', comma = false): Frame {
  const number = `([-−]?${comma ? commaNumeral : numeral})`
  return { form: new RegExp(`^${says.replace('V', number).replaceAll('U', unitOf)}$`, 'i'), order, comma }
}
