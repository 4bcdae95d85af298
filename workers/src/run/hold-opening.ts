/**
 * Reads the first words of a stream before anybody sees them: as many as the policy wants, or for as long, whichever is
 * over first. What was read goes on as it came, once, and so does a read that was still under way when the time was over.
 */
import {
  type AnswerDelta,
  type AnswerWhole,
  answerFold,
  isSseDone,
  NearsideError,
  openFinish,
  readChunk,
  sseReader,
} from '@nearside/core'
import type { Alarm } from '../call/alarm.ts'
import type { Begun, PieceReader } from './attempt.ts'
import { joined } from './joined.ts'

export type Opening = {
  /** What was said of each choice so far, one after the other. */
  readonly text: string
  readonly logprobs: readonly number[]
  /** The answer, where it was so short that it is all here; null where more comes. */
  readonly whole: AnswerWhole | null
  /** The stream from its first byte on. */
  readonly first: Uint8Array
  readonly reader: PieceReader
}

export type Holding = {
  readonly tokens: number
  /** When the holding ends, milliseconds since the epoch. */
  readonly until: number
  /** How many answers were asked for. */
  readonly answers: number
}

export async function holdOpening(
  begun: Begun & { kind: 'read' },
  { tokens, until, answers }: Holding,
  alarm: Alarm,
): Promise<Opening> {
  const { reader, deadline } = begun
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: mostHeldChars })
  const fold = answerFold()
  const finish = openFinish(answers)
  const pieces: Uint8Array[] = []
  let text = ''
  let lastWire: string | null = null
  let heldTokens = 0
  let heldChars = 0
  let ended = false
  const logprobs: number[] = []

  const take = (delta: AnswerDelta): void => {
    finish.note(delta)
    fold.push(delta)
    lastWire = delta.wire
    for (const choice of delta.choices) {
      text += choice.text
      for (const { logprob } of choice.logprobs) logprobs.push(logprob)
      const speaks = choice.text !== '' || choice.toolCalls.length > 0
      heldTokens += Math.max(choice.logprobs.length, speaks ? 1 : 0)
    }
  }
  const takeAll = (messages: ReturnType<typeof sse.push>): void => {
    for (const message of messages) {
      if (isSseDone(message)) ended = true
      if (ended) return
      take(readChunk(message.data))
    }
  }
  const hear = (value: Uint8Array | undefined): void => {
    deadline.heard()
    if (value === undefined) {
      takeAll(sse.end())
      if (!finish.complete)
        throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
      ended = true
      return
    }
    pieces.push(value)
    heldChars += value.byteLength
    takeAll(sse.push(decoder.decode(value, { stream: true })))
  }

  const timeUp = new Promise<'time-up'>((resolve) => alarm.set(until, () => resolve('time-up')))
  let pending: ReturnType<PieceReader['read']> | null = null
  try {
    hear(begun.first)
    // An answer that has said how it ends is read to its end: what its node reports of it comes last.
    while (!ended && heldChars < mostHeldChars && (heldTokens < tokens || finish.complete)) {
      const read = reader.read()
      // Whoever reads on sees what becomes of it; where nobody does, it is nobody's fault.
      read.catch(() => {})
      const next = await Promise.race([read, timeUp])
      if (next === 'time-up') {
        pending = read
        break
      }
      hear(next.value)
    }
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error
  } finally {
    alarm.rest()
  }
  return {
    text,
    logprobs,
    whole: ended ? { ...fold.whole(), wire: lastWire } : null,
    first: joined(pieces),
    reader: {
      read() {
        const read = pending ?? reader.read()
        pending = null
        return read
      },
      cancel: (reason) => reader.cancel(reason),
    },
  }
}

/** Far more than the first words of any answer. */
const mostHeldChars = 256 * 1024
