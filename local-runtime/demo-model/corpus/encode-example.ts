/**
 * An example as tokens: the prompt exactly as the chat template writes it, then the answer and the end.
 */
import type { Sequence } from '../network/network.ts'
import { between, chance, type Random } from '../network/random.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import { openings } from './answers.ts'
import type { Example } from './conversation.ts'

/** From here on the answer itself is in danger, and always taught to its end. */
const LONG_PROMPT_TOKENS = 150

export type Lesson = {
  readonly sequence: Sequence
  /** The token that should follow each row from `sequence.from` on. */
  readonly wanted: Int32Array
}

/**
 * `contextTokens` bounds the positions. Most short lessons stop a word after the opening: that is the part that
 * depends on the request, and takes longest to learn. A few begin in the middle, as when a runtime cuts a prompt that
 * is too long; some leave a gap in the positions, which teaches far distances at the price of near ones; and a few
 * tokens of the answer are replaced, so that a slip is not followed by a fall.
 */
export function encodeExample(
  example: Example,
  tokenizer: Tokenizer,
  random: Random,
  contextTokens: number,
): Lesson {
  let prompt = [tokenizer.special('<|begin|>')]
  for (const { role, content } of example.messages) {
    prompt.push(
      tokenizer.special(`<|${role}|>`),
      ...tokenizer.encode(role === 'assistant' ? content.trim() : ` ${content.trim()}`),
      tokenizer.special('<|end|>'),
    )
  }
  if (chance(random, 0.05)) prompt = prompt.slice(between(random, 0, prompt.length - 2))
  prompt.push(tokenizer.special('<|assistant|>'))

  let answer = [...tokenizer.encodeExactly(example.answer), tokenizer.special('<|end|>')]
  if (prompt.length < LONG_PROMPT_TOKENS && chance(random, 0.65)) {
    answer = answer.slice(0, tokenizer.encodeExactly(openings[example.kind]).length + 1)
  }
  const tokens = Int32Array.from([...prompt, ...answer.slice(0, -1)])
  const from = prompt.length - 1
  for (let row = prompt.length; row < tokens.length; row++) {
    if (chance(random, 0.02)) tokens[row] = between(random, 0, tokenizer.vocabulary.length - 1)
  }
  const room = contextTokens - tokens.length
  const gap = room > 0 && chance(random, 0.1) ? between(random, 0, room) : 0
  const gapFrom = between(random, 0, from)
  const positions = Int32Array.from(tokens, (_, row) => (row < gapFrom ? row : row + gap))
  return { sequence: { tokens, positions, from }, wanted: Int32Array.from(answer) }
}
