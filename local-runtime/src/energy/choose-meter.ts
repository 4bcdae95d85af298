/** The best meter that there is: the processor's own, else processor time, else none. */
import { processorTimeMeter } from './processor-time.ts'
import { type Meter, raplMeter } from './rapl.ts'

export function chooseMeter(wattsPerCore: number): Meter | null {
  return raplMeter() ?? processorTimeMeter({ wattsPerCore })
}
