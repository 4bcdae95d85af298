/**
 * A node as it behaves towards a gateway: slots, a line in front of them with an end, one speed, and what it says of itself.
 *
 * It answers first come first served. Draining and short of memory it finishes what it has and admits nobody; killed it loses
 * what it has, and comes back empty.
 */
import type { NodeLoad } from '@nearside/core'
import { type AnswerSize, answerMsOf, type NodeKind } from './answer-times.ts'
import type { EventQueue } from './event-queue.ts'

export type Work = AnswerSize & {
  /** It has its slot. */
  begun(now: number): void
  done(now: number): void
  /** The node died under it. */
  broken(now: number): void
}

export type Condition = 'serving' | 'squeezed' | 'draining' | 'dead'
export type Admission = 'taken' | 'no-slot' | 'queue-full' | 'not-now' | 'dead'

export class SimulatedNode {
  condition: Condition = 'serving'
  /** Calls that were sent here and have not arrived. */
  onTheWay = 0
  readonly kind: NodeKind
  readonly #events: EventQueue
  readonly #line: Work[] = []
  #running = new Set<Work>()

  constructor(kind: NodeKind, events: EventQueue) {
    this.kind = kind
    this.#events = events
  }

  /** Where it is only knocked at, nobody is put in line. */
  take(work: Work, now: number, knock: boolean): Admission {
    if (this.condition === 'dead') return 'dead'
    if (this.condition !== 'serving') return 'not-now'
    if (this.#running.size < this.kind.slots) this.#begin(work, now)
    else if (knock) return 'no-slot'
    else if (this.#line.length >= longestLine) return 'queue-full'
    else this.#line.push(work)
    return 'taken'
  }

  kill(now: number): void {
    this.condition = 'dead'
    const lost = [...this.#running, ...this.#line]
    this.#running = new Set()
    this.#line.length = 0
    for (const work of lost) work.broken(now)
  }

  load(): NodeLoad {
    return {
      queue: this.#line.length,
      slotsBusy: this.#running.size,
      slots: this.kind.slots,
      kv: null,
      memory: this.condition === 'squeezed' ? 0.97 : 0.6,
      tokensPerSecond: this.kind.tokensPerSecond,
    }
  }

  /** How long a call that comes now waits for a slot, as far as anybody can know who does not know the answers' lengths. */
  expectedWaitMs(answerMs: number): number {
    const inFront = Math.max(0, this.#running.size + this.#line.length + this.onTheWay - this.kind.slots + 1)
    return (inFront * answerMs) / this.kind.slots
  }

  get isFull(): boolean {
    return this.#line.length >= longestLine
  }

  #begin(work: Work, now: number): void {
    this.#running.add(work)
    work.begun(now)
    const mine = this.#running
    this.#events.at(now + answerMsOf(this.kind, work), (then) => {
      // Killed meanwhile: it was told so.
      if (this.#running !== mine) return
      mine.delete(work)
      const next = this.#line.shift()
      if (next !== undefined) this.#begin(next, then)
      work.done(then)
    })
  }
}

/** As many as local-runtime lets wait, where it is told nothing else. */
const longestLine = 8
