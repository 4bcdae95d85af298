/**
 * The form by which two wordings are the same question: without capitals, without the punctuation around it, with single
 * spaces. What stands inside a word stays, since "its" and "it's" may differ; the apostrophe that a keyboard bends does not.
 */
export function statedForm(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('\u2019', "'").trim()
  let [from, to] = [0, plain.length]
  while (from < to && isAround(plain[from]!)) from++
  while (to > from && isAround(plain[to - 1]!)) to--
  return plain.slice(from, to).split(/\s+/).join(' ')
}

/** Compatibility forms are one by then, so a full-width question mark is a plain one. */
const around = ' \t\n\r!?.,;:¿¡。、'

function isAround(character: string): boolean {
  return around.includes(character)
}
