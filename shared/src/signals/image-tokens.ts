/**
 * What pictures may come to beyond what is counted for them before the model is known.
 *
 * Most models that see make fewer than 2,000 tokens of a picture, however large. OpenAI's small models are cheaper a
 * token and charge a picture at a multiple of them, so a bound for them has to know their names.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import { tokensPerImage } from './prompt-tokens.ts'

/**
 * By the beginning of the model's name. Tiles: 2,833 and 5,667 for each of the 8 that a picture can have. Patches: 1,536 at
 * most, times 1.62 (mini), 2.46 (nano) or 1.72 (o4-mini).
 */
const dearer: readonly (readonly [model: string, tokens: number])[] = [
  ['gpt-4o-mini', 48_169],
  ['gpt-4.1-mini', 2_489],
  ['gpt-4.1-nano', 3_779],
  ['gpt-5-mini', 2_489],
  ['gpt-5-nano', 3_779],
  ['o4-mini', 2_642],
]

export function furtherImageTokens({ messages }: Pick<ChatRequest, 'messages'>, model: string): number {
  const tokens = dearer.find(([name]) => model.startsWith(name))?.[1] ?? tokensPerImage
  if (tokens === tokensPerImage) return 0
  let images = 0
  for (const message of messages) images += message.images
  return images * (tokens - tokensPerImage)
}
