/**
 * A property's name that is none of those that are declared: else a model could write a declared one a second time, among
 * the others, with a value of another kind. The names form a tree; whoever leaves it is free.
 */
import type { CharacterRange } from './characters.ts'
import { otherThan } from './characters.ts'
import { anyText, quoted, spelledCharacter } from './json-rules.ts'
import type { Rule, Sequence } from './rule.ts'
import { repeat, rule } from './rule.ts'

type Branch = { readonly children: Map<number, Branch>; isName: boolean }

const anyTail = repeat(spelledCharacter([[0, 0x10ffff]]), 0, Number.POSITIVE_INFINITY)

export function otherName(names: readonly string[]): Rule {
  if (names.length === 0) return anyText
  const root: Branch = { children: new Map(), isName: false }
  for (const name of names) {
    let branch = root
    for (const character of name) {
      const point = character.codePointAt(0)!
      const child = branch.children.get(point) ?? { children: new Map(), isName: false }
      branch.children.set(point, child)
      branch = child
    }
    branch.isName = true
  }
  return quoted(offTree(root))
}

function offTree(branch: Branch): Rule {
  return rule(() => {
    const known = [...branch.children.keys()].map((point): CharacterRange => [point, point])
    const leaving: Sequence = [spelledCharacter(otherThan(known)), anyTail]
    const staying = [...branch.children].map(
      ([point, child]): Sequence => [spelledCharacter([[point, point]]), offTree(child)],
    )
    return branch.isName ? [leaving, ...staying] : [leaving, ...staying, []]
  })
}
