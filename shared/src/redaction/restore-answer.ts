/**
 * Puts the values back into the events of an answer: the text of each choice, and the arguments of each tool call.
 *
 * Each of them is a stream of its own and has a restorer of its own. The event that ends a choice carries what its restorers
 * still held. The upstream's own JSON is dropped, for it holds placeholders: what is restored is written anew. Log-probabilities
 * speak of the placeholders' tokens, which are no part of the answer that the caller gets, and are withheld.
 */
import type { AnswerDelta, AnswerWhole, ChatEvent, ChoiceDelta, ToolCallDelta } from '../chat/chat-event.ts'
import type { ChatRequest } from '../chat/chat-request.ts'
import type { RedactionKey } from './redaction-key.ts'
import { type Restorer, restorer, restoreText } from './restorer.ts'

export type AnswerRestorer = {
  restore(event: ChatEvent): ChatEvent
  /** What is still held where an answer ended without saying so; null where nothing is. */
  flush(): AnswerDelta | null
}

export function answerRestorer(
  key: RedactionKey,
  responseFormat: ChatRequest['responseFormat'] = 'text',
): AnswerRestorer {
  const within = responseFormat === 'text' ? 'text' : 'json'
  const texts = new Map<number, Restorer>()
  const calls = new Map<number, Map<number, Restorer>>()

  const textOf = (index: number): Restorer => existing(texts, index, () => restorer(key, { within }))
  const callsOf = (index: number): Map<number, Restorer> =>
    existing(calls, index, () => new Map<number, Restorer>())

  const choice = (delta: ChoiceDelta): ChoiceDelta => {
    const own = callsOf(delta.index)
    let text = textOf(delta.index).push(delta.text)
    const toolCalls = delta.toolCalls.map((call) => {
      const pushed = existing(own, call.index, () => restorer(key, { within: 'json' })).push(call.arguments)
      return { ...call, arguments: pushed }
    })
    if (delta.finishReason !== null) {
      text += textOf(delta.index).flush()
      for (const held of heldCalls(own)) {
        const at = toolCalls.findIndex(({ index }) => index === held.index)
        if (at < 0) toolCalls.push(held)
        else toolCalls[at] = { ...toolCalls[at]!, arguments: toolCalls[at]!.arguments + held.arguments }
      }
    }
    return { ...delta, text, toolCalls, logprobs: [] }
  }

  return {
    restore(event) {
      if (key.values.size === 0) return event
      return event.type === 'answer-whole'
        ? restoreWhole(key, event, within)
        : { ...event, choices: event.choices.map(choice), wire: null }
    },
    flush() {
      const choices = [...texts].flatMap(([index, held]) => {
        const text = held.flush()
        const toolCalls = heldCalls(callsOf(index))
        return text === '' && toolCalls.length === 0
          ? []
          : [{ index, text, toolCalls, finishReason: null, logprobs: [] }]
      })
      return choices.length === 0 ? null : { type: 'answer-delta', choices, usage: null, wire: null }
    },
  }
}

function heldCalls(calls: ReadonlyMap<number, Restorer>): ToolCallDelta[] {
  return [...calls].flatMap(([index, held]) => {
    const rest = held.flush()
    return rest === '' ? [] : [{ index, id: null, name: null, arguments: rest }]
  })
}

function restoreWhole(key: RedactionKey, event: AnswerWhole, within: 'text' | 'json'): AnswerWhole {
  const choices = event.choices.map((choice) => ({
    ...choice,
    text: restoreText(key, choice.text, { within }),
    logprobs: [],
    toolCalls: choice.toolCalls.map((call) => ({
      ...call,
      arguments: restoreText(key, call.arguments, { within: 'json' }),
    })),
  }))
  return { ...event, choices, wire: null }
}

function existing<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
