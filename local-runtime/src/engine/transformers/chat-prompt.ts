/**
 * A conversation as the tokens that the model was trained to read, by the model's own chat template.
 *
 * A message that spells one of the model's control tokens (`<|eot_id|>`) would otherwise end its own turn and
 * speak as somebody else: such spellings are broken up by a character without width.
 */
import type { PreTrainedTokenizer } from '@huggingface/transformers'
import type { TokenTable } from '../../model/read-tokenizer.ts'
import type { EngineMessage } from '../engine.ts'

export type Prompt =
  | { readonly type: 'prompt'; readonly ids: readonly number[] }
  | { readonly type: 'too-long'; readonly atLeastTokens: number }
  | { readonly type: 'template-refused' }

const zeroWidthSpace = '\u200b'

export function chatPrompt(
  tokenizer: PreTrainedTokenizer,
  table: TokenTable,
  messages: readonly EngineMessage[],
  contextTokens: number,
): Prompt {
  // No token stands for more bytes than the longest, so a text this long cannot fit, whatever it says; knowing
  // it beforehand spares the tokenizer megabytes of hopeless work that nothing could interrupt.
  const chars = messages.reduce((sum, { text }) => sum + text.length, 0)
  const atLeastTokens = Math.ceil(chars / table.longestTokenBytes)
  if (atLeastTokens >= contextTokens) return { type: 'too-long', atLeastTokens }

  const conversation = messages.map(({ role, text }) => ({ role, content: spoken(text, table.controls) }))
  let ids: number[]
  try {
    ids = tokenizer.apply_chat_template(conversation, {
      add_generation_prompt: true,
      tokenize: true,
      return_tensor: false,
      return_dict: false,
    }) as number[]
  } catch {
    // Templates refuse orders of roles they do not know. Their words may quote the conversation: they stay here.
    return { type: 'template-refused' }
  }
  if (ids.length === 0) return { type: 'template-refused' }
  return ids.length >= contextTokens
    ? { type: 'too-long', atLeastTokens: ids.length }
    : { type: 'prompt', ids }
}

export function spoken(text: string, controls: readonly string[]): string {
  let safe = text
  for (const control of controls) {
    if (control.length > 1 && safe.includes(control)) {
      safe = safe.replaceAll(control, `${control.slice(0, 1)}${zeroWidthSpace}${control.slice(1)}`)
    }
  }
  return safe
}
