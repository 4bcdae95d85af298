/**
 * Asks a few nodes whether they have a slot free before a call is put in the line of one.
 *
 * What an isolate believes of a node is seconds old; what the node answers is true now, and takes one round trip. So the first
 * nodes of a plan are asked with no time to stand in line: whoever has a slot free begins, the others say at once, with their
 * load, that they have none. After that the call goes to the line that is the shortest by all that is known by now. A server
 * that does not know the header takes the call as any other.
 */
import { byExpectedWait, mostKnocks, type Step } from '@nearside/core'
import type { Desk } from '../desk/desk.ts'

export type Knocks = {
  /** Whether there is a step at this place; those that were only knocked at come again before the local ones end. */
  reaches(position: number): boolean
  /** Whether the step at this place is only knocked at. */
  only(position: number): boolean
  /** It had no slot free. */
  inVain(position: number): void
}

export function openKnocks(steps: Step[], desk: Pick<Desk, 'field' | 'restLeftMs'>): Knocks {
  const left = isSpread(steps) ? Math.min(mostKnocks, waiting(steps, desk) - 1) : 0
  return left <= 0 ? noKnocks(steps) : new SeveralKnocks(steps, left, desk)
}

function noKnocks(steps: readonly Step[]): Knocks {
  return { reaches: (position) => position < steps.length, only: () => false, inVain: () => {} }
}

/** The usual plan has one local step, or none. */
function isSpread([first, second]: readonly Step[]): boolean {
  return isLocal(first) && isLocal(second)
}

/** How many nodes may be asked now. Where one has a price each knock would be a reservation: then none is knocked at. */
function waiting(steps: readonly Step[], desk: Pick<Desk, 'field' | 'restLeftMs'>): number {
  const priced = desk.field().some(({ tier, price }) => tier === 'local' && price !== null)
  return priced ? 0 : steps.filter((step) => isLocal(step) && desk.restLeftMs(step.target) === null).length
}

class SeveralKnocks implements Knocks {
  readonly #steps: Step[]
  readonly #desk: Pick<Desk, 'field'>
  #left: number
  #knocked: Step[] = []

  constructor(steps: Step[], left: number, desk: Pick<Desk, 'field'>) {
    this.#steps = steps
    this.#left = left
    this.#desk = desk
  }

  reaches(position: number): boolean {
    const steps = this.#steps
    if (this.#knocked.length > 0 && (this.#left === 0 || !isLocal(steps[position]))) this.#comeBack(position)
    return position < steps.length
  }

  only(position: number): boolean {
    return this.#left > 0 && isLocal(this.#steps[position])
  }

  inVain(position: number): void {
    this.#left--
    this.#knocked.push(this.#steps[position]!)
  }

  #comeBack(position: number): void {
    const steps = this.#steps
    let end = position
    while (isLocal(steps[end])) end++
    const again = [...this.#knocked, ...steps.slice(position, end)]
    const known = this.#desk.field().filter(({ name }) => again.some(({ target }) => target === name))
    const inOrder = byExpectedWait(known).map(({ name }) => again.find(({ target }) => target === name)!)
    steps.splice(position, end - position, ...inOrder)
    this.#knocked = []
    this.#left = 0
  }
}

/** Those that a session would rather not go to are not drawn into the line: they stand behind it. */
function isLocal(step: Step | undefined): boolean {
  return step?.tier === 'local' && step.astray !== true
}
