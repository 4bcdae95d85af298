/**
 * A vocabulary in which each letter is a token, so that a prompt of a given length is a text of that length; the rest of the
 * table is filled with words that nobody writes, because what a large vocabulary costs belongs to the measurement.
 */
export const specialTokens = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>', '<|close|>'] as const

/** What the template adds to a text. */
export const templateTokens = 4

export const chatTemplate: string =
  `{{- bos_token -}}{%- for message in messages -%}{{- '<|user|>' + message['content'] + '<|close|>' -}}` +
  `{%- endfor -%}{{- '<|assistant|>' -}}`

/** One merge, for a vocabulary without any is none to some readers. */
export const merge = ['z', 'z'] as const

export function vocabularyOf(size: number): readonly string[] {
  const tokens = [...bytes(), merge.join('')]
  while (tokens.length < size - specialTokens.length) tokens.push(`ĠĠfiller${tokens.length}`)
  return [...tokens, ...specialTokens]
}

export function specialId(size: number, token: (typeof specialTokens)[number]): number {
  return size - specialTokens.length + specialTokens.indexOf(token)
}

/** A text of so many tokens, which begins like every other with the same salt and like none with another. */
export function letters(count: number, salt: number): string {
  const name = [...String(salt)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
  const text = Array.from({ length: count }, (_, at) => String.fromCharCode(97 + ((at * 7 + salt * 11) % 25)))
  return `${name}${text.join('')}`.slice(0, count)
}

/** A prompt of `tokens`, as the ids that the engines under test make of it. */
export function promptIds(tokens: number, salt: number, size: number): number[] {
  const table = bytes()
  const text = [...letters(tokens - templateTokens, salt)].map((letter) => table.indexOf(letter))
  const special = (token: (typeof specialTokens)[number]): number => specialId(size, token)
  return [special('<|begin|>'), special('<|user|>'), ...text, special('<|close|>'), special('<|assistant|>')]
}

/** GPT-2's table: a printable character for each byte. */
function bytes(): readonly string[] {
  let beyond = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
    return String.fromCodePoint(isPrintable ? byte : beyond++)
  })
}
