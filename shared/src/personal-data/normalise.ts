/**
 * The same text, unit for unit, with digits, separators and full-width forms as ASCII writes them.
 *
 * Detectors then know one zero, one space and one hyphen, and every offset is an offset of the original. What cannot be
 * seen (zero-width joiners, soft hyphens, the high half of a mathematical digit) becomes one character, `invisible`,
 * which digit runs read through.
 */
import { lazily } from '../lazily/lazily.ts'

export const invisible = '\u200b'

const invisibleUnit = 0x200b
const aboveAscii = /[^\0-\x7f]/

/** Where each script's ten decimal digits begin (Unicode Nd, basic plane). */
const zeros: readonly number[] = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
  0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
  0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
]

const plain = lazily(plainUnits)

export function normalise(text: string): string {
  if (!aboveAscii.test(text)) return text
  const units = new Uint16Array(text.length)
  let changed = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const instead = unit < 0x80 ? unit : plainUnit(text, i, unit)
    if (instead !== unit) changed = true
    units[i] = instead
  }
  return changed ? textOf(units) : text
}

function plainUnit(text: string, i: number, unit: number): number {
  // 𝟎 to 𝟿: five alphabets of digits in the mathematical block, each one surrogate pair.
  if (unit === 0xd835) {
    const low = text.charCodeAt(i + 1)
    return low >= 0xdfce && low <= 0xdfff ? invisibleUnit : unit
  }
  if (unit >= 0xdfce && unit <= 0xdfff && text.charCodeAt(i - 1) === 0xd835) {
    return 0x30 + ((unit - 0xdfce) % 10)
  }
  if (unit >= 0xff01 && unit <= 0xff5e) return unit - 0xfee0
  return plain().get(unit) ?? unit
}

function plainUnits(): ReadonlyMap<number, number> {
  const units = new Map<number, number>()
  for (const zero of zeros) for (let digit = 0; digit < 10; digit++) units.set(zero + digit, 0x30 + digit)
  for (const space of [0xa0, 0x1680, 0x202f, 0x205f, 0x3000]) units.set(space, 0x20)
  for (let space = 0x2000; space <= 0x200a; space++) units.set(space, 0x20)
  for (let hyphen = 0x2010; hyphen <= 0x2015; hyphen++) units.set(hyphen, 0x2d)
  for (const hyphen of [0x2212, 0xfe58, 0xfe63]) units.set(hyphen, 0x2d)
  for (const dot of [0x3002, 0xff61, 0x2024]) units.set(dot, 0x2e)
  for (const quote of [0x2018, 0x2019, 0x201b, 0x2032]) units.set(quote, 0x27)
  for (const quote of [0x201c, 0x201d, 0x201f]) units.set(quote, 0x22)
  for (const unseen of [0xad, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0xfeff]) {
    units.set(unseen, invisibleUnit)
  }
  return units
}

/** Not spread, which would walk an iterator for each unit; in slices, for an engine's arguments are as many as its stack is deep. */
function textOf(units: Uint16Array): string {
  let text = ''
  for (let i = 0; i < units.length; i += 8192)
    text += Reflect.apply(String.fromCharCode, null, units.subarray(i, i + 8192))
  return text
}
