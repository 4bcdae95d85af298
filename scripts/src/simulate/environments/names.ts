/** Invented names, so that no model can know them from elsewhere. */
import { type Draw, pick } from '../draw.ts'

const heads = ['Al', 'Bren', 'Cor', 'Dal', 'Es', 'Fen', 'Gar', 'Hol', 'Is', 'Jor', 'Kel', 'Lan', 'Mar', 'Nor']
const middles = ['da', 'vi', 'ro', 'ne', 'ta', 'li', 'go', 'me', 'su', 'ka']
const tails = ['n', 'rik', 'mar', 'ld', 'sen', 'th', 'bo', 'lin', 'rg', 'ss']

/** A name that `taken` has not yet, and has from now on. */
export function newName(
  draw: Draw,
  taken: Set<string>,
  shape: (word: string) => string = (word) => word,
): string {
  for (;;) {
    const name = shape(`${pick(heads, draw)}${pick(middles, draw)}${pick(tails, draw)}`)
    if (!taken.has(name)) {
      taken.add(name)
      return name
    }
  }
}
