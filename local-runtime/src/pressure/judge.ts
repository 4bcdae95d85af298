/**
 * Whether memory runs short. Little room alone is a reason; so are tasks that stall for memory, but only while there is not
 * much room: stalls of others on a machine with room to spare are nothing that giving up ours would help.
 *
 * The way back asks for more room than the way in, so that a machine on the edge does not change its mind each second.
 */
import type { MemoryNow } from '../machine/memory-now.ts'

export type Verdict = 'enough' | 'between' | 'short' | 'very-short'

const shortShare = 0.05
const veryShortShare = 0.02
const stalledShare = 0.15
const stalledPercentShort = 10
/** Loads leave so much free: a model that is fitted to the last byte would begin its life in a shortage. */
export const enoughShare = 0.08
const stalledPercentEnough = 5

export function judgeMemory({ availableBytes, limitBytes, stalledPercent }: MemoryNow): Verdict {
  const share = limitBytes > 0 ? availableBytes / limitBytes : 0
  const stalls = share < stalledShare ? (stalledPercent ?? 0) : 0
  if (share < veryShortShare) return 'very-short'
  if (share < shortShare || stalls > stalledPercentShort) return 'short'
  return share >= enoughShare && stalls <= stalledPercentEnough ? 'enough' : 'between'
}
