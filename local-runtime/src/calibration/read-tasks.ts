/**
 * The tasks that a model is calibrated on: one JSON object a line, each a prompt or a conversation and how to know a right answer.
 *
 * @example { "prompt": "What is 12 * 7?", "check": "number", "answer": "84", "task": "arithmetic" }
 */
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'

export const checks = ['equals', 'contains', 'number', 'choice', 'matches'] as const
export type Check = (typeof checks)[number]

export type Task = {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  readonly check: Check
  /** Any one of them is right. */
  readonly answers: readonly string[]
  /** The kind of task, for the report. */
  readonly task: string | null
}

const text = v.pipe(v.string('a text that is not empty'), v.nonEmpty('a text that is not empty'))
const message = v.strictObject({
  role: v.picklist(['system', 'user', 'assistant'], 'system, user or assistant'),
  content: v.string('a text'),
})
const line = v.strictObject({
  prompt: v.optional(text),
  messages: v.optional(v.pipe(v.array(message, 'a list of messages'), v.nonEmpty('at least one message'))),
  check: v.optional(v.picklist(checks, `one of ${checks.join(', ')}`), 'equals'),
  answer: v.union([text, v.pipe(v.array(text), v.nonEmpty())], 'a text, or a list of texts'),
  task: v.optional(text),
})

export function readTasks(content: string, path: string): readonly Task[] {
  const tasks: Task[] = []
  for (const [index, raw] of content.split('\n').entries()) {
    if (raw.trim() === '') continue
    tasks.push(readTask(raw, `${path}, line ${index + 1}`))
  }
  return tasks
}

function readTask(raw: string, where: string): Task {
  const wrong = (what: string): NearsideError => new NearsideError('bad-options', `${where}: ${what}`)
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw wrong('this is not JSON.')
  }
  if (Array.isArray(value)) throw wrong('expected an object.')
  const read = v.safeParse(line, value)
  if (!read.success) {
    const [issue] = read.issues
    const field = v.getDotPath(issue)
    throw wrong(field === null ? 'expected an object.' : `${field}: ${issue.message}`)
  }
  const { prompt, messages, check, answer, task } = read.output
  if ((prompt === undefined) === (messages === undefined))
    throw wrong('give a prompt or messages, one of the two.')
  const answers = typeof answer === 'string' ? [answer] : answer
  if (check === 'matches') for (const pattern of answers) refuseBadPattern(pattern, wrong)
  if (check === 'number' && answers.some((each) => !Number.isFinite(Number(each)))) {
    throw wrong('answer: a number is written like 84 or -0.5.')
  }
  if (check === 'choice' && answers.some((each) => !/^[A-Za-z]$/.test(each))) {
    throw wrong('answer: a choice is one letter.')
  }
  return {
    messages: messages ?? [{ role: 'user', content: prompt! }],
    check,
    answers,
    task: task ?? null,
  }
}

function refuseBadPattern(pattern: string, wrong: (what: string) => NearsideError): void {
  try {
    new RegExp(pattern, 'iu')
  } catch {
    throw wrong(`answer: ${pattern} is not a regular expression.`)
  }
}
