/**
 * Which answers count as right when a set is left out of training and names things in its own way. Everything that is
 * not listed must be named exactly. Used by `--leave-out` alone: evaluation has no map.
 */

type Rule = {
  /** Where the source's name begins so, … */
  readonly source: string
  /** … a row of this kind … */
  readonly task: string
  /** … may also be called one of these, … */
  readonly also: readonly string[]
  /** … because: */
  readonly because: string
}

export const labelMap: readonly Rule[] = [
  { source: 'bbh:multistep_arithmetic', task: 'reasoning', also: ['math'], because: 'it is arithmetic' },
  { source: 'bbh:object_counting', task: 'reasoning', also: ['math'], because: 'it is counting' },
  {
    source: 'bbh:boolean_expressions',
    task: 'reasoning',
    also: ['math', 'code'],
    because: 'a formula is evaluated',
  },
  { source: 'bbh:dyck_languages', task: 'reasoning', also: ['code'], because: 'brackets are completed' },
  {
    source: 'bbh:geometric_shapes',
    task: 'reasoning',
    also: ['math', 'code'],
    because: 'an SVG path is read',
  },
  { source: 'bbh:date_understanding', task: 'reasoning', also: ['math'], because: 'dates are computed' },
  {
    source: 'bbh:temporal_sequences',
    task: 'reasoning',
    also: ['closed_qa'],
    because: 'the answer stands in the text',
  },
  {
    source: 'bbh:causal_judgement',
    task: 'reasoning',
    also: ['closed_qa'],
    because: 'a story is given and asked about',
  },
  { source: 'bbh:snarks', task: 'reasoning', also: ['classification'], because: 'sarcasm is recognised' },
  { source: 'bbh:ruin_names', task: 'reasoning', also: ['classification'], because: 'an edit is chosen' },
  { source: 'bbh:hyperbaton', task: 'reasoning', also: ['classification'], because: 'a sentence is chosen' },
  {
    source: 'bbh:formal_fallacies',
    task: 'reasoning',
    also: ['classification'],
    because: 'valid or invalid',
  },
  {
    source: 'bbh:sports_understanding',
    task: 'reasoning',
    also: ['classification'],
    because: 'plausible or not',
  },
  {
    source: 'bbh:movie_recommendation',
    task: 'reasoning',
    also: ['open_qa', 'brainstorming'],
    because: 'a film is recommended',
  },
  {
    source: 'llmrouter:agentverse-logicgrid',
    task: 'reasoning',
    also: ['math'],
    because: 'a puzzle of constraints',
  },
  { source: 'clinc150:spelling', task: 'open_qa', also: ['rewrite'], because: 'a word is spelt' },
  { source: 'clinc150:definition', task: 'open_qa', also: ['translation'], because: 'the meaning of a word' },
  {
    source: 'clinc150:what_can_i_ask_you',
    task: 'chitchat',
    also: ['open_qa'],
    because: 'a question about the system',
  },
  { source: 'clinc150:fun_fact', task: 'chitchat', also: ['open_qa'], because: 'a fact is asked for' },
  { source: 'clinc150:meaning_of_life', task: 'chitchat', also: ['open_qa'], because: 'an open question' },
  { source: 'gpteacher_roleplay', task: 'roleplay', also: ['creative'], because: 'a character is written' },
  {
    source: 't0:trec',
    task: 'classification',
    also: ['open_qa'],
    because: 'the text to be sorted is itself a question',
  },
  {
    source: 't0:ag_news_which_section',
    task: 'classification',
    also: ['open_qa'],
    because: 'asked as a question',
  },
  {
    source: 't0:wiki_bio',
    task: 'extraction',
    also: ['summarization', 'closed_qa'],
    because: 'key content of a text',
  },
  {
    source: 't0:adversarial_qa',
    task: 'extraction',
    also: ['closed_qa'],
    because: 'an answer is extracted from a passage',
  },
  {
    source: 't0:adversarial_qa',
    task: 'closed_qa',
    also: ['extraction'],
    because: 'an answer is extracted from a passage',
  },
  {
    source: 't0:duorc',
    task: 'extraction',
    also: ['closed_qa'],
    because: 'an answer is extracted from a passage',
  },
  {
    source: 't0:quoref',
    task: 'extraction',
    also: ['closed_qa'],
    because: 'an answer is extracted from a passage',
  },
  {
    source: 't0:commonsense_qa',
    task: 'open_qa',
    also: ['closed_qa'],
    because: 'a question without its options',
  },
  {
    source: 't0:sciq_Multiple_Choice',
    task: 'closed_qa',
    also: ['open_qa'],
    because: 'options, with or without a passage',
  },
  {
    source: 't0:gigaword_write',
    task: 'creative',
    also: ['summarization', 'rewrite'],
    because: 'a text from a headline',
  },
  { source: 't0:multi_news_what', task: 'summarization', also: ['extraction'], because: 'key points' },
  { source: 'vicuna_bench', task: 'brainstorming', also: ['open_qa'], because: 'suggestions on a question' },
  {
    source: 'vicuna_bench',
    task: 'reasoning',
    also: ['open_qa'],
    because: 'estimates and counterfactuals, asked as questions',
  },
]

export function countsAsRight(
  row: { readonly source: string; readonly task: string },
  said: string,
): boolean {
  if (said === row.task) return true
  return labelMap.some(
    ({ source, task, also }) => task === row.task && row.source.startsWith(source) && also.includes(said),
  )
}
