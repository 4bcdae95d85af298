/**
 * Judges an answer here, behind the answer, or hands it sealed to the operator's queue. Never fails: whatever keeps a
 * verdict from being made is counted.
 */
import { comparison, type JsonObject, mayJudge, readSaying, verdictOf } from '@nearside/core'
import type { Desk } from '../desk/desk.ts'
import type { QualityBook, Skipped } from '../quality/quality-book.ts'
import { openSeal } from '../replay/seal.ts'
import { within } from '../within/within.ts'
import { type Asking, askJudge } from './ask-judge.ts'
import { type Material, mostAnswerChars } from './material.ts'

type WaitUntil = (work: Promise<unknown>) => void

export function judgeLater(material: Material, desk: Desk, waitUntil: WaitUntil): Promise<void> {
  const book = desk.quality
  if (book === null) return Promise.resolve()
  return book.terms.queue === null ? judge(material, desk, waitUntil) : enqueue(material, book)
}

/** The verdict, or why there is none, in the book. */
export async function judge(material: Material, desk: Desk, waitUntil: WaitUntil): Promise<void> {
  const book = desk.quality
  if (book === null) return
  const controller = new AbortController()
  const { signal } = controller
  try {
    const judged = () => verdict(material, { desk, waitUntil, signal }, book).catch(() => 'failed' as const)
    const why = await within(judged, book.terms.deadlineMs)
    if (why !== null) book.skipped(why)
  } catch {
    book.skipped('late')
  } finally {
    // Whatever is still asked has nobody left to hear it.
    controller.abort()
  }
}

async function verdict(material: Material, asking: Asking, book: QualityBook): Promise<Skipped | null> {
  const { of, turns, format, answer } = material
  const { judge: target, answerTokens } = book.terms
  // The queue may have brought it to a gateway with other places.
  if (!mayJudge(of.privacy, target.zone)) return 'privacy'

  const own = await askJudge(of, 0, asking, {
    messages: turns.map(({ role, text }) => ({ role, content: text })),
    max_completion_tokens: answerTokens,
    ...(format === null ? {} : { response_format: format }),
  })
  if (own.outcome === 'skipped') return own.why
  const reference = own.text.trim().slice(0, mostAnswerChars)
  if (reference === '') return 'failed'

  const compare = (position: number, first: string, second: string) =>
    askJudge(of, position, asking, {
      messages: comparison(turns, first, second),
      max_completion_tokens: sayingTokens,
      response_format: { type: 'json_object' },
    } satisfies JsonObject)
  const [ahead, behind] = await Promise.all([compare(1, answer, reference), compare(2, reference, answer)])
  if (ahead.outcome === 'skipped') return ahead.why
  if (behind.outcome === 'skipped') return behind.why
  const [one, other] = [readSaying(ahead.text), readSaying(behind.text)]
  if (one === null || other === null) return 'unread'
  if (asking.signal.aborted) return 'late'
  book.judged(of, verdictOf(one, other), asking.waitUntil)
  return null
}

/** Judges that think before they speak spend tokens on it. */
const sayingTokens = 1_024

async function enqueue(material: Material, book: QualityBook): Promise<void> {
  const { queue, tenant } = book.terms
  if (queue === null) return
  const { id } = material.of
  try {
    const seal = await openSeal(queue.secret, tenant)
    const sealed = await seal.close(`judge ${id}`, JSON.stringify(material))
    await queue.send({ version: 1, id, sealed })
  } catch {
    book.skipped('queue-failed')
  }
}
