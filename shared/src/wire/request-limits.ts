/**
 * How much a chat request may ask for. The bounds are OpenAI's where OpenAI documents one; the others keep a
 * request from costing more to look at than to answer.
 */
export const requestLimits = {
  /** Characters of a model's name. */
  modelChars: 256,
  messages: 10_000,
  contentParts: 2_000,
  /** Calls in one message. */
  toolCalls: 128,
  /** OpenAI's bound. */
  tools: 128,
  /** OpenAI's bound. */
  answers: 128,
  /** Far above every model; keeps the worst cost of `answers` of them an exact integer of nano-dollars. */
  outputTokens: 10_000_000,
  /** OpenAI's bound. */
  stopSequences: 4,
  /** OpenAI's bound. */
  topLogprobs: 20,
  /** OpenAI's bound. */
  logitBias: 300,
  /** Levels of JSON in a schema; OpenAI takes ten levels of objects, each of which is up to four of JSON. */
  schemaDepth: 48,
} as const
