/**
 * Turns the chunks of a stream into the whole answer, and a whole answer into chunks.
 *
 * Both go by the plain fields alone, so what comes out has no wire text. An upstream may send what it likes:
 * the choices and calls that are held are bounded, and no number of its choosing sizes anything.
 */
import type {
  AnswerDelta,
  AnswerWhole,
  Choice,
  ChoiceDelta,
  FinishReason,
  TokenLogprob,
  ToolCallDelta,
} from '../chat/chat-event.ts'
import type { Usage } from '../chat/usage.ts'
import { NearsideError } from '../fault/nearside-error.ts'

export type AnswerFold = {
  push(delta: AnswerDelta): void
  /** The answer so far. Ask for it at the stream's clean end: a choice that was cut off looks finished here. */
  whole(): AnswerWhole
}

type OpenCall = { id: string; name: string; arguments: string }

type OpenChoice = {
  text: string
  readonly toolCalls: Map<number, OpenCall>
  finishReason: FinishReason | null
  readonly logprobs: TokenLogprob[]
}

export function answerFold(): AnswerFold {
  const choices = new Map<number, OpenChoice>()
  let usage: Usage | null = null

  function pushCall(calls: Map<number, OpenCall>, piece: ToolCallDelta): void {
    const call = entryOf(calls, piece.index, () => ({ id: '', name: '', arguments: '' }))
    // Some servers repeat the id and the name with each piece.
    if (call.id === '') call.id = piece.id ?? ''
    if (call.name === '') call.name = piece.name ?? ''
    call.arguments += piece.arguments
  }

  function push(delta: AnswerDelta): void {
    for (const piece of delta.choices) {
      const choice = entryOf(choices, piece.index, openChoice)
      choice.text += piece.text
      choice.finishReason = piece.finishReason ?? choice.finishReason
      for (const token of piece.logprobs) choice.logprobs.push(token)
      for (const call of piece.toolCalls) pushCall(choice.toolCalls, call)
    }
    usage = delta.usage ?? usage
  }

  function whole(): AnswerWhole {
    return { type: 'answer-whole', choices: inOrder(choices).map(closeChoice), usage, wire: null }
  }

  return { push, whole }
}

/** The chunks of an answer that came whole: what each choice says, how each ends, and the usage last. */
export function unfoldAnswer(answer: AnswerWhole): readonly AnswerDelta[] {
  const silent = { text: '', toolCalls: [], logprobs: [], finishReason: null }
  const deltas = answer.choices.flatMap(({ index, text, toolCalls, finishReason, logprobs }) => {
    const calls = toolCalls.map((call, position) => ({ index: position, ...call }))
    return [
      chunk({ ...silent, index, text, toolCalls: calls, logprobs }),
      chunk({ ...silent, index, finishReason }),
    ]
  })
  return answer.usage === null
    ? deltas
    : [...deltas, { type: 'answer-delta', choices: [], usage: answer.usage, wire: null }]
}

function chunk(choice: ChoiceDelta): AnswerDelta {
  return { type: 'answer-delta', choices: [choice], usage: null, wire: null }
}

function openChoice(): OpenChoice {
  return { text: '', toolCalls: new Map(), finishReason: null, logprobs: [] }
}

function closeChoice([index, choice]: readonly [number, OpenChoice]): Choice {
  const toolCalls = inOrder(choice.toolCalls).map(([, call]) => ({ ...call }))
  return {
    index,
    text: choice.text,
    toolCalls,
    finishReason: choice.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    logprobs: [...choice.logprobs],
  }
}

/** As many choices, and calls in each, as a request may ask for. */
const mostEntries = 128

function entryOf<Entry>(entries: Map<number, Entry>, index: number, open: () => Entry): Entry {
  const known = entries.get(index)
  if (known !== undefined) return known
  if (entries.size >= mostEntries) {
    throw new NearsideError(
      'tier-failed',
      `The upstream sent more than ${mostEntries} choices or tool calls.`,
    )
  }
  const entry = open()
  entries.set(index, entry)
  return entry
}

function inOrder<Entry>(entries: ReadonlyMap<number, Entry>): (readonly [number, Entry])[] {
  return [...entries].sort(([a], [b]) => a - b)
}
