/**
 * The answer on its way to the caller: its citations are checked, and its usage is that of all calls together. What was set aside for
 * it is settled by its own usage, since each of the others has been settled by its own.
 */
import {
  type AnswerWhole,
  type CitationCleaner,
  cleanCitations,
  type JsonObject,
  type JsonValue,
  readChunk,
  type Usage,
  usageJson,
} from '@nearside/core'
import type { OpenHold } from '../purse/purse.ts'
import type { PieceReader } from '../run/attempt.ts'
import { type Pieces, rewrittenEvents } from '../run/rewritten-events.ts'
import { plus } from './reading.ts'

export type Cited = {
  readonly cited: ReadonlySet<number>
  readonly removed: number
}

export type Citing = Cited & {
  whole(answer: AnswerWhole): AnswerWhole
  stream(first: Uint8Array, reader: PieceReader): Pieces
  hold(hold: OpenHold, promptTokens: number): OpenHold
}

/** `shown`: the pieces whose passages it was made of; `before`: what all other calls used. */
export function citing(shown: ReadonlySet<number>, before: Usage): Citing {
  const cleaners = new Map<number, CitationCleaner>()
  let own: Usage | null = null
  const cleanerOf = (index: number): CitationCleaner => {
    const known = cleaners.get(index) ?? cleanCitations(shown)
    cleaners.set(index, known)
    return known
  }

  function chunk(wire: string): string {
    if (!wire.includes('"content"') && !wire.includes('"finish_reason"') && !wire.includes('"usage"'))
      return wire
    const { usage } = readChunk(wire)
    const value = JSON.parse(wire) as JsonObject
    if (usage !== null) own = usage
    const choices = Array.isArray(value.choices) ? value.choices.map(choice) : value.choices
    return JSON.stringify({
      ...value,
      ...(choices === undefined ? {} : { choices }),
      ...(usage === null ? {} : { usage: usageJson(plus(before, usage)) }),
    })
  }

  function choice(given: JsonValue): JsonValue {
    if (!isObject(given) || !isObject(given.delta)) return given
    const cleaner = cleanerOf(typeof given.index === 'number' ? given.index : 0)
    const { content } = given.delta
    let text = typeof content === 'string' ? cleaner.push(content) : ''
    if (given.finish_reason !== null && given.finish_reason !== undefined) text += cleaner.flush()
    if (typeof content !== 'string' && text === '') return given
    return { ...given, delta: { ...given.delta, content: text } }
  }

  return {
    whole(answer) {
      own = answer.usage
      const choices = answer.choices.map((each) => {
        const cleaner = cleanerOf(each.index)
        return { ...each, text: cleaner.push(each.text) + cleaner.flush() }
      })
      return { ...answer, choices, usage: own === null ? null : plus(before, own), wire: null }
    },
    stream: (first, reader) => rewrittenEvents(first, reader, chunk),
    hold: (hold, promptTokens) => ({
      outputLimit: hold.outputLimit,
      close(ending) {
        if (ending.type === 'usage-given' && own !== null) hold.close({ type: 'usage-given', usage: own })
        else hold.close('promptTokens' in ending ? { ...ending, promptTokens } : ending)
      },
    }),
    get cited() {
      return new Set([...cleaners.values()].flatMap(({ cited }) => [...cited]))
    },
    get removed() {
      return [...cleaners.values()].reduce((sum, { removed }) => sum + removed, 0)
    },
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
