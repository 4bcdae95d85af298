/**
 * Reads protocol buffers within bounds: whatever the bytes say, it ends, allocates nothing and stays inside its message.
 *
 * Each field costs at least two bytes of the file, so a walk is linear in the file's length; messages nest only as deep as
 * the callers' own functions do.
 */
import { badModel } from './tensor.ts'

/** `value` is the number of a varint or fixed field; `from` and `to` bound a length-delimited one. */
export type Field = {
  readonly number: number
  readonly wire: number
  readonly value: number
  readonly from: number
  readonly to: number
}

type Varint = { value: number; at: number }

const endless = 2 ** 63 - 2048

export function eachField(bytes: Uint8Array, from: number, to: number, visit: (field: Field) => void): void {
  const varint: Varint = { value: 0, at: from }
  while (varint.at < to) {
    readVarint(bytes, to, varint)
    const number = Math.floor(varint.value / 8)
    const wire = varint.value % 8
    if (number < 1 || number > 536_870_911) throw badModel('a field of the file has an impossible number')
    if (wire === 0) {
      readVarint(bytes, to, varint)
      visit({ number, wire, value: varint.value, from: varint.at, to: varint.at })
    } else if (wire === 1 || wire === 5 || wire === 2) {
      if (wire === 2) readVarint(bytes, to, varint)
      const length = wire === 1 ? 8 : wire === 5 ? 4 : varint.value
      const start = varint.at
      if (length < 0 || length > to - start)
        throw badModel('the file is cut short, or a length in it is wrong')
      varint.at = start + length
      visit({ number, wire, value: wire === 5 ? float32At(bytes, start) : 0, from: start, to: varint.at })
    } else throw badModel(`the file has a field of the unknown form ${wire}`)
  }
}

/** The numbers of a repeated varint field, packed or not. */
export function varints(bytes: Uint8Array, field: Field, into: number[]): void {
  if (field.wire === 0) {
    into.push(field.value)
    return
  }
  mustBe(field, 2)
  const varint: Varint = { value: 0, at: field.from }
  while (varint.at < field.to) {
    readVarint(bytes, field.to, varint)
    into.push(varint.value)
  }
}

/** The numbers of a repeated float or double field, packed or not. */
export function fixeds(bytes: Uint8Array, field: Field, width: 4 | 8, into: number[]): void {
  if (field.wire === (width === 4 ? 5 : 1) || field.wire === 2) {
    if ((field.to - field.from) % width !== 0) throw badModel('a list of numbers in the file is cut short')
    for (let at = field.from; at < field.to; at += width) {
      into.push(width === 4 ? float32At(bytes, at) : viewAt(bytes).getFloat64(at, true))
    }
  } else mustBe(field, 2)
}

export function mustBe(field: Field, wire: number): Field {
  if (field.wire !== wire)
    throw badModel(`field ${field.number} of the file has the form ${field.wire}, not ${wire}`)
  return field
}

/** Malformed sequences become U+FFFD: names are compared and shown, never more. */
export function textOf(bytes: Uint8Array, field: Field): string {
  mustBe(field, 2)
  if (field.to - field.from > 65_536) throw badModel('a text in the file is longer than 65,536 bytes')
  const plain = asciiOf(bytes, field.from, field.to)
  if (plain !== null) return plain
  let text = ''
  for (let at = field.from; at < field.to; ) {
    const first = bytes[at++] as number
    const more =
      first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : -1
    let point = more === 0 ? first : more < 0 || first >= 0xf8 ? 0xfffd : first & (0x3f >> more)
    if (point !== 0xfffd) {
      for (let step = 0; step < more; step++) {
        const next = at < field.to ? (bytes[at] as number) : 0
        if ((next & 0xc0) !== 0x80) {
          point = 0xfffd
          break
        }
        point = (point << 6) | (next & 63)
        at++
      }
    }
    text += String.fromCodePoint(point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? 0xfffd : point)
  }
  return text
}

/** Most texts, and cheap where code runs but once: null where a byte is none of ASCII's. */
function asciiOf(bytes: Uint8Array, from: number, to: number): string | null {
  let text = ''
  for (let at = from; at < to; at += 8_192)
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, Math.min(to, at + 8_192)))
  return /[\u0080-\u00ff]/.test(text) ? null : text
}

/**
 * A 64-bit integer as a number. The greatest and the least are how exporters write "to the end": they become the greatest
 * and the least that a number holds exactly. Any other beyond 2^53 is refused, because it would silently change.
 */
export function wholeNumber(high: number, low: number): number {
  const value = high * 4_294_967_296 + low
  if (Number.isSafeInteger(value)) return value
  if (Math.abs(value) < endless) throw badModel('a 64-bit integer in the file is beyond 2^53')
  return value > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
}

function readVarint(bytes: Uint8Array, to: number, varint: Varint): void {
  let low = 0
  let high = 0
  for (let shift = 0; shift < 70; shift += 7) {
    if (varint.at >= to) throw badModel('the file is cut short')
    const byte = bytes[varint.at++] as number
    if (shift < 28) low += (byte & 127) * 2 ** shift
    else if (shift === 28) {
      low += (byte & 15) * 2 ** 28
      high = (byte & 127) >> 4
    } else if (shift < 63) high += (byte & 127) * 2 ** (shift - 32)
    else high += (byte & 1) * 2 ** 31
    if (byte < 128) {
      varint.value = wholeNumber(high | 0, low)
      return
    }
  }
  throw badModel('a number in the file is longer than ten bytes')
}

function float32At(bytes: Uint8Array, at: number): number {
  return viewAt(bytes).getFloat32(at, true)
}

function viewAt(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
