/**
 * Reads a file of tasks: JSON lines, each a request and what makes an answer to it right.
 *
 *     {"prompt":"What is 12 x 12?","checker":"number","reference":144}
 *     {"messages":[{"role":"user","content":"…"}],"task":"open_qa","checker":"contains","reference":["Paris"]}
 *     {"prompt":"The capital of France, in one word.","reference":"Paris"}
 *
 * Without a checker the answer has to equal the reference. `task` is the kind as its owner sees it; rules of a policy go by what the
 * gateway's judge says, so clusters do too. What is wrong is refused by line and field.
 */
import { readFileSync } from 'node:fs'
import {
  type ChatRequest,
  isNearsideError,
  type JsonValue,
  NearsideError,
  readChatRequest,
  taskKinds,
} from '@nearside/core'
import { type Checker, type CheckerName, checkerNames, checkerOf, type OwnChecker } from './checkers.ts'

export type Task = {
  readonly line: number
  readonly request: ChatRequest
  readonly prompt: string
  /** Null where the file does not say. */
  readonly kind: string | null
  readonly check: Checker
}

const fields: readonly string[] = [
  'id',
  'prompt',
  'messages',
  'task',
  'checker',
  'reference',
  'response_format',
]

export function readTasks(path: string, own: OwnChecker | null): readonly Task[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `${path} cannot be read.`, { cause })
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [taskIn(line, index + 1, own)]
    } catch (cause) {
      const why = isNearsideError(cause) ? cause.message : String(cause)
      throw new NearsideError('bad-options', `${path}, line ${index + 1}: ${why}`, { cause })
    }
  })
}

function taskIn(line: string, number: number, own: OwnChecker | null): Task {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    throw wrong('this is no JSON.')
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw wrong('this is no object.')
  const given = row as Readonly<Record<string, unknown>>
  const stranger = Object.keys(given).find((name) => !fields.includes(name))
  if (stranger !== undefined) throw wrong(`${stranger} is not a field; there are ${fields.join(', ')}.`)
  const { prompt, messages, task, checker = 'equals', reference, response_format: form } = given
  if ((prompt === undefined) === (messages === undefined)) throw wrong('it has either prompt or messages.')
  if (prompt !== undefined && (typeof prompt !== 'string' || prompt.trim() === ''))
    throw wrong('prompt is a text.')
  if (task !== undefined && !(taskKinds as readonly unknown[]).includes(task))
    throw wrong(`task is one of ${taskKinds.join(', ')}.`)
  if (!(checkerNames as readonly unknown[]).includes(checker))
    throw wrong(`checker is one of ${checkerNames.join(', ')}.`)
  if (reference === undefined && checker !== 'own')
    throw wrong('reference is missing: what a right answer is.')
  const request = readChatRequest({
    model: 'auto',
    messages: (messages ?? [{ role: 'user', content: prompt }]) as JsonValue,
    ...(form === undefined ? {} : { response_format: form as JsonValue }),
  })
  return {
    line: number,
    request,
    prompt: request.messages.map((message) => message.text).join('\n'),
    kind: (task as string | undefined) ?? null,
    check: checkerOf(checker as CheckerName, reference, own),
  }
}

function wrong(message: string): NearsideError {
  return new NearsideError('bad-options', message)
}
