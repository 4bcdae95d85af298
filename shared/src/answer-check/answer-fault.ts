/** What is plainly wrong with an answer: a closed list, so that programs and dashboards can count them. */
export const answerFaults = [
  /** It says nothing. */
  'empty',
  /** The model would not, or could not. */
  'refused',
  /** The upstream's filter ended it. */
  'filtered',
  /** It ends where the model's room did, and not where the caller's limit is. */
  'truncated',
  /** It says the same again and again. */
  'repeats',
  /** JSON was asked for. */
  'not-json',
  /** It is JSON of another shape than was asked for. */
  'not-in-schema',
  /** A block of code has no end. */
  'fence-open',
  /** A number and nothing else was asked for. */
  'no-number',
  /** The arguments of a tool call cannot be read. */
  'broken-call',
] as const
export type AnswerFault = (typeof answerFaults)[number]

/**
 * The most that an answer with this fault is believed. What a program cannot read is worth nothing, however sure the
 * model was of each word; what a person may still use is worth a little, and below any bar that is of use.
 */
export const mostBelieved: Readonly<Record<AnswerFault, number>> = {
  empty: 0,
  refused: 0.05,
  filtered: 0,
  truncated: 0.2,
  repeats: 0.05,
  'not-json': 0,
  'not-in-schema': 0,
  'fence-open': 0.2,
  'no-number': 0.1,
  'broken-call': 0,
}
