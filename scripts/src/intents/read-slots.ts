/**
 * What a question has to name for an answer to be right, out of a list that the operator wrote: as texts, or as pairs of what
 * is said and what is written in the answer.
 */
import { type PackSlot, statedForm } from '@nearside/core'
import { fillConstants } from './fill.ts'
import type { Place } from './yaml-place.ts'

const slotName = /^[\p{L}_][\p{L}\p{N}_-]{0,49}$/u
const mostValues = 2_000

export function readSlots(place: Place, constants: ReadonlyMap<string, string>): readonly PackSlot[] {
  return place.entries().map(([name, list]) => {
    if (!slotName.test(name)) throw list.wrong('has a name of letters, digits, _ and -, at most 50')
    if (constants.has(name)) throw list.wrong('has the name of a constant')
    const pairs = list.isList()
      ? list.items().map((item) => [item, item.text()] as const)
      : list.entries().map(([said, written]) => [written, said] as const)
    if (pairs.length === 0) throw list.wrong('holds no value')
    if (pairs.length > mostValues) throw list.wrong(`holds more than ${mostValues} values`)
    const values = pairs.map(([item, said]): readonly [string, string] => {
      const form = statedForm(said)
      if (form === '') throw item.wrong('is empty')
      if (form.includes('{{')) throw item.wrong('has a placeholder where a question has words')
      return [form, fillConstants(item.text(), constants)]
    })
    const seen = new Set<string>()
    for (const [index, [said]] of values.entries()) {
      if (seen.has(said)) throw pairs[index]![0].wrong(`says ${said} once more`)
      seen.add(said)
    }
    return { name, values }
  })
}
