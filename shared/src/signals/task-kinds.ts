/** The kinds of task that the shipped classifier tells apart; a judge of the host's own uses the same words. */
export const taskKinds = [
  'brainstorming',
  'chitchat',
  'classification',
  'closed_qa',
  'code',
  'creative',
  'extraction',
  'math',
  'open_qa',
  'reasoning',
  'rewrite',
  'roleplay',
  'summarization',
  'translation',
] as const
export type TaskKind = (typeof taskKinds)[number]
