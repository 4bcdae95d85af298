/** A conversation as the tokens that the model was trained to read, by the model's own chat template. */

import type { PreTrainedTokenizer } from '@huggingface/transformers'
import type { JsonObject } from '@nearside/core'
import type { TokenTable } from '../../model/read-tokenizer.ts'
import type { EngineMessage, Overflow } from '../engine.ts'
import { templateMessages, templateTools } from '../host/chat-text.ts'
import { fitConversation } from '../host/fit-conversation.ts'

export type PromptOptions = { readonly tools: readonly JsonObject[]; readonly overflow: Overflow }

/** Throws where the conversation does not fit or the template refuses it. */
export function chatPrompt(
  tokenizer: PreTrainedTokenizer,
  table: TokenTable,
  messages: readonly EngineMessage[],
  contextTokens: number,
  { tools, overflow }: PromptOptions = { tools: [], overflow: 'error' },
): readonly number[] {
  const declared = templateTools(tools, table.controls)
  return fitConversation({
    messages,
    contextTokens,
    overflow,
    longestTokenBytes: table.longestTokenBytes,
    tokensOf(kept) {
      try {
        // The library's types know neither contents that are no text nor tools that are any JSON.
        const render = tokenizer.apply_chat_template.bind(tokenizer) as (
          conversation: unknown,
          options: unknown,
        ) => unknown
        return render(templateMessages(kept, table.controls), {
          tools: declared,
          add_generation_prompt: true,
          tokenize: true,
          return_tensor: false,
          return_dict: false,
        }) as number[]
      } catch {
        return null
      }
    },
  })
}
