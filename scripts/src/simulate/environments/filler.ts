/** Sentences that say nothing which any question asks for: what a context fills up with. */
import { type Draw, pick } from '../draw.ts'

const subjects = [
  'The archive',
  'A later survey',
  'The local paper',
  'One visitor',
  'The yearly report',
  'A committee',
]
const verbs = ['describes', 'mentions', 'praises', 'passes over', 'returns to', 'compares']
const objects = [
  'the work on the old bridge and the two roads that lead to it',
  'a long winter in which little was built and much was repaired',
  'the customs of the market, which open early and close before noon',
  'how the papers of those years were kept, lost and found again',
  'the many visitors of the summer and what they wrote home',
  'an exhibition of maps, drawn by hand and coloured much later',
]

/** Whole sentences, of `letters` letters at least. */
export function fillerOf(letters: number, draw: Draw): string {
  let text = ''
  while (text.length < letters)
    text += `${pick(subjects, draw)} ${pick(verbs, draw)} ${pick(objects, draw)}. `
  return text.trimEnd()
}
