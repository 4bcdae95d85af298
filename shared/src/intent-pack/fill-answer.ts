/**
 * An answer, with what its question named in the places that stand for it; null where the question names none of a slot's values,
 * or two of them, since then no one answer is right.
 */
import type { PackIntent, PackSlot } from './card.ts'
import { statedForm } from './stated-form.ts'

export function fillAnswer(answer: string, { slots }: PackIntent, question: string): string | null {
  if (slots.length === 0) return answer
  const form = statedForm(question)
  const written = new Map<string, string>()
  for (const slot of slots) {
    const value = namedValue(slot, form)
    if (value === null) return null
    written.set(slot.name, value)
  }
  return answer.replace(/\{\{([^{}]+)\}\}/g, (whole, name: string) => written.get(name) ?? whole)
}

/** The one value that the question names as whole words. A value inside a longer one that is named too is not meant. */
function namedValue({ values }: PackSlot, form: string): string | null {
  const named = values.filter(([said]) => holdsWords(form, said))
  const meant = named.filter(
    ([said]) => !named.some(([other]) => other.length > said.length && holdsWords(other, said)),
  )
  const answers = new Set(meant.map(([, written]) => written))
  return answers.size === 1 ? meant[0]![1] : null
}

function holdsWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (!isWord(text, at - 1) && !isWord(text, at + words.length)) return true
  return false
}

function isWord(text: string, at: number): boolean {
  const character = text[at]
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}
