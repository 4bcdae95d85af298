/** Placeholders: `{{name}}` stands for a constant of the pack, or for what a question has to name. */
import type { PackSlot } from '@nearside/core'
import type { Example } from './source.ts'
import type { Place } from './yaml-place.ts'

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g

export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map((found) => found[1]!)
}

/** Constants are filled in; every other placeholder is left, in its plain form. */
export function fillConstants(text: string, constants: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (_, name: string) => constants.get(name) ?? `{{${name}}}`)
}

/** So many values of a slot stand for all of them in an example: more would drown the intent's other examples. */
const mostValues = 20

/** An example of `{{city}}` becomes one for each city. */
export function withSlotValues(
  example: Example,
  slots: readonly PackSlot[],
  place: Place,
): readonly Example[] {
  const [name] = placeholdersIn(example.text)
  if (name === undefined) return [example]
  const slot = slots.find((each) => each.name === name)
  if (slot === undefined)
    throw place.wrong(`has {{${name}}}, which is no constant and no slot of this intent`)
  return slot.values.slice(0, mostValues).flatMap(([said]) => {
    const text = example.text.replaceAll(`{{${name}}}`, () => said)
    return withSlotValues({ ...example, text }, slots, place)
  })
}
