/**
 * Follows a grammar byte by byte. Several readings may be open at once, as after the first digit of a number that may end or go
 * on; each is a stack of what is still to come, and a state is the set of them.
 *
 * Stacks are linked lists that share their tails and are made once each, so equal states are one object and what follows on a byte
 * is worked out once. That is what makes masks over a large vocabulary affordable: inside a string most bytes lead back to
 * the very same state. A rule in last place leaves nothing behind on the stack, so a repetition of any length is flat.
 */
import { NearsideError } from '@nearside/core'
import type { ByteSet, Rule, Sequence } from './rule.ts'

/** What is still to come: the rest of one sequence, then what comes after it. */
type Stack = {
  readonly id: number
  readonly sequence: Sequence
  readonly at: number
  readonly after: Stack | null
}

export type State = {
  readonly id: number
  readonly stacks: readonly Stack[]
  /** Whether the text may end here. */
  readonly complete: boolean
  readonly following: Map<number, State | null>
}

export type Machine = {
  readonly start: State
  /** The state after a byte; null where the grammar does not allow it. */
  step(state: State, byte: number): State | null
  /** How much it remembers: its states, and in each the readings that are open. */
  readingsHeld(): number
}

/** Readings open at once; a grammar that needs more is refused rather than followed slowly. */
export const mostReadingsAtOnce = 2_000

/** `param` is the field of the request that the rules are made of. */
export function machineOf(root: Rule, param = 'response_format'): Machine {
  const sequenceIds = new Map<Sequence, number>()
  const stacks = new Map<string, Stack>()
  const states = new Map<string, State>()
  let held = 0

  function stackOf(sequence: Sequence, at: number, after: Stack | null): Stack {
    let sequenceId = sequenceIds.get(sequence)
    if (sequenceId === undefined) {
      sequenceId = sequenceIds.size
      sequenceIds.set(sequence, sequenceId)
    }
    const name = `${sequenceId},${at},${after === null ? '' : after.id}`
    const known = stacks.get(name)
    if (known !== undefined) return known
    const made = { id: stacks.size, sequence, at, after }
    stacks.set(name, made)
    return made
  }

  /** Opens rules until only bytes are on top. */
  function stateOf(tops: readonly (Stack | null)[]): State {
    const open = [...tops]
    const seen = new Set<Stack>()
    const ready: Stack[] = []
    let complete = false
    for (let top = open.pop(); top !== undefined; top = open.pop()) {
      if (top === null) {
        complete = true
        continue
      }
      if (seen.has(top)) continue
      seen.add(top)
      if (seen.size > mostReadingsAtOnce) throw tooBroad(param)
      if (top.at === top.sequence.length) {
        open.push(top.after)
        continue
      }
      const symbol = top.sequence[top.at]!
      if (symbol.kind === 'bytes') {
        ready.push(top)
        continue
      }
      const after =
        top.at + 1 === top.sequence.length ? top.after : stackOf(top.sequence, top.at + 1, top.after)
      for (const alternative of symbol.alternatives()) {
        open.push(alternative.length === 0 ? after : stackOf(alternative, 0, after))
      }
    }
    ready.sort((left, right) => left.id - right.id)
    const name = `${complete ? '.' : ''}${ready.map(({ id }) => id).join(',')}`
    const known = states.get(name)
    if (known !== undefined) return known
    const made: State = { id: states.size, stacks: ready, complete, following: new Map() }
    states.set(name, made)
    held += 1 + ready.length
    return made
  }

  function step(state: State, byte: number): State | null {
    const known = state.following.get(byte)
    if (known !== undefined) return known
    const tops: (Stack | null)[] = []
    for (const stack of state.stacks) {
      if (!(stack.sequence[stack.at] as ByteSet).has(byte)) continue
      tops.push(
        stack.at + 1 === stack.sequence.length
          ? stack.after
          : stackOf(stack.sequence, stack.at + 1, stack.after),
      )
    }
    const next = tops.length === 0 ? null : stateOf(tops)
    state.following.set(byte, next)
    return next
  }

  return { start: stateOf([stackOf([root], 0, null)]), step, readingsHeld: () => held }
}

export function tooBroad(param: string): NearsideError {
  return new NearsideError(
    'bad-request',
    `${param} has too many alternatives at one place: more than ${mostReadingsAtOnce} would have to be followed at once.`,
    { param },
  )
}
