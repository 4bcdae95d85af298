/**
 * The best meter that there is for the processor (its own, else processor time, else none), and what graphics cards draw on top of it.
 */
import { type NvidiaOptions, nvidiaMeter } from './nvidia.ts'
import { processorTimeMeter } from './processor-time.ts'
import { type Meter, raplMeter } from './rapl.ts'

export function chooseMeter(wattsPerCore: number, cards: NvidiaOptions = {}): Meter | null {
  return sumOf(raplMeter() ?? processorTimeMeter({ wattsPerCore }), nvidiaMeter(cards))
}

/** An estimate as soon as a part of it is one. */
export function sumOf(first: Meter | null, second: Meter | null): Meter | null {
  if (first === null || second === null) return first ?? second
  return {
    estimated: first.estimated || second.estimated,
    standsOn: `${first.standsOn}; ${second.standsOn}`,
    joules: () => first.joules() + second.joules(),
    close() {
      first.close?.()
      second.close?.()
    },
  }
}
