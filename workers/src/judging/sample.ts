/**
 * Follows a sampled near answer to its end, and has it judged then.
 *
 * Whether it is sampled is a matter of its id; whether it may be shown is asked of the gate before a word of it is kept.
 * The answer is kept while it goes by, bounded, and only for as many answers at once as the operator allows.
 */
import { answerFold, isSampled, isSseDone, mayJudge, readChunk, sseReader } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { unknownTask } from '../quality/quality-book.ts'
import type { Begun, PieceReader } from '../run/attempt.ts'
import type { Served } from '../run/served.ts'
import { judgeLater } from './judge-later.ts'
import { type Material, mostAnswerChars, turnsOf } from './material.ts'

export type Sample = {
  /** The answer, heard as it goes by. */
  readonly begun: Begun
  ended(outcome: 'answered' | 'cut' | 'client-gone'): void
}

/** A token of a stream is a few hundred characters of JSON. */
const mostWireChars = 64 * mostAnswerChars

/** Null where the answer is not judged. */
export function sampleOf(
  { call, signals }: { readonly call: Call; readonly signals: { readonly task: string | null } },
  { step, begun }: Served,
  desk: Desk,
): Sample | null {
  const book = desk.quality
  if (book === null) return null
  const { privacy } = call.wishes
  book.lookUp(privacy, call.waitUntil)
  if (step.tier === 'frontier' || begun.kind === 'native') return null
  const { terms } = book
  if (!isSampled(call.id, terms.share)) return null
  if (
    !mayJudge(privacy, terms.judge.zone) ||
    (terms.queue !== null && !mayJudge(privacy, terms.queue.zone))
  ) {
    book.skipped('privacy')
    return null
  }
  const turns = turnsOf(call.request)
  if (typeof turns === 'string') {
    book.skipped(turns)
    return null
  }
  if (!book.begin()) {
    book.skipped('busy')
    return null
  }

  const task = signals.task ?? unknownTask
  const epoch = book.kindOf(task)?.epoch ?? 0
  const collected = begun.kind === 'whole' ? null : collect(begun.reader, begun.first)
  const answerOf = (): string | null =>
    begun.kind === 'whole' ? textOf(begun.answer.choices[0]) : (collected?.text() ?? null)
  const material = (answer: string): Material => ({
    of: {
      id: call.id,
      at: call.at,
      task,
      tier: step.tier,
      model: step.model,
      privacy,
      epoch,
    },
    turns,
    format: call.request.body.response_format ?? null,
    answer,
  })
  return {
    begun: begun.kind === 'read' && collected !== null ? { ...begun, reader: collected.reader } : begun,
    ended(outcome) {
      const answer = outcome === 'answered' ? answerOf() : ''
      if (answer === null || answer.length > mostAnswerChars) book.skipped('too-long')
      else if (outcome === 'answered' && answer === '') book.skipped('not-text')
      else if (outcome === 'answered') {
        call.waitUntil(judgeLater(material(answer), desk, call.waitUntil).finally(book.end))
        return
      }
      book.end()
    },
  }
}

type Collected = { readonly reader: PieceReader; text(): string | null }

/** Decoded as it comes: bytes that were passed on may be gone by then. */
function collect(reader: PieceReader, first: Uint8Array): Collected {
  const decoder = new TextDecoder()
  const pieces: string[] = []
  let chars = 0
  const keep = (bytes: Uint8Array): void => {
    if (chars > mostWireChars) return
    const piece = decoder.decode(bytes, { stream: true })
    chars += piece.length
    if (chars > mostWireChars) pieces.length = 0
    else pieces.push(piece)
  }
  keep(first)
  return {
    reader: {
      async read() {
        const piece = await reader.read()
        if (piece.value !== undefined) keep(piece.value)
        return piece
      },
      cancel: (reason) => reader.cancel(reason),
    },
    text: () => (chars > mostWireChars ? null : textOfWire(pieces.join(''))),
  }
}

/** Empty where it is not an answer in words. */
function textOfWire(wire: string): string {
  try {
    const fold = answerFold()
    const sse = sseReader()
    for (const message of [...sse.push(wire), ...sse.end()]) {
      if (isSseDone(message)) break
      fold.push(readChunk(message.data))
    }
    return textOf(fold.whole().choices[0])
  } catch {
    return ''
  }
}

function textOf(
  choice: { readonly text: string; readonly toolCalls: readonly unknown[] } | undefined,
): string {
  return choice === undefined || choice.toolCalls.length > 0 ? '' : choice.text.trim()
}
