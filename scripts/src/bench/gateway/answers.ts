/**
 * What the bench's upstream answers: OpenAI's shapes, always the same. Usage is always given, asked for or not, so
 * that every target is handed the same bytes.
 */

/** Usage of each answer. */
export const usage: { readonly prompt_tokens: number; readonly completion_tokens: number } = {
  prompt_tokens: 12,
  completion_tokens: 20,
}

const head = { id: 'chatcmpl-bench0123456789abcdef0', created: 1_741_569_952, model: 'gpt-4o-mini' }
/** 358 bytes. */
export const whole: string = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'The capital city of France is Paris, on the river Seine.',
        refusal: null,
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { ...usage, total_tokens: 32 },
})
const chunk = (choices: readonly object[], used: object | null): string =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, usage: used })}\n\n`
const delta = (value: object, reason: string | null = null): string =>
  chunk([{ index: 0, delta: value, logprobs: null, finish_reason: reason }], null)
/** 23 events, the usage and the end among them. */
export const writes: readonly string[] = [
  delta({ role: 'assistant', content: '' }),
  ...Array.from({ length: 19 }, (_, index) => delta({ content: ` word${index}` })),
  delta({}, 'stop'),
  chunk([], { ...usage, total_tokens: 32 }),
  'data: [DONE]\n\n',
]
