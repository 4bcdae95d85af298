/** What the supervisor is asked first. It sees the task and an outline, and never the document. */
import type { JsonObject } from '../chat/json.ts'

export type PlanQuestion = {
  readonly task: string
  readonly instructions: string
  readonly outline: string
  readonly chunks: number
  readonly mostJobs: number
  readonly mostErrands: number
}

export function askPlan(question: PlanQuestion): readonly JsonObject[] {
  const { task, instructions, outline, chunks, mostJobs, mostErrands } = question
  const system = [
    'You supervise small language models that read a long document in pieces. You do not see the document, only its outline.',
    'Each of them sees one piece and one question, and nothing else: neither the task nor other pieces.',
    'Write the questions. Each is short, can be answered out of one piece alone, and asks to quote what bears on it.',
    `Answer with JSON and nothing else: {"jobs":[{"question":"…","from":1,"to":${chunks}}]}. from and to are the first and last piece that the question is put to.`,
    `At most ${mostJobs} jobs. A question put to one piece is one call, and there are at most ${mostErrands} calls: choose pieces by the outline where it tells, and ask all of them where it does not.`,
  ].join('\n')
  const user = [
    `<task>\n${task}\n</task>`,
    ...(instructions === '' ? [] : [`<instructions>\n${instructions}\n</instructions>`]),
    `<outline pieces="${chunks}">\n${outline}\n</outline>`,
  ].join('\n\n')
  return [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ]
}
