/**
 * What a model would take on this machine, and how fast it could be: the arithmetic of `memory` on its shape.
 */
import {
  decodeSpeed,
  type MemoryPlan,
  type ModelShape,
  planMemory,
  sessionsThatFit,
  waysToLoad,
} from '../memory/plan.ts'

export type ModelPlan = {
  readonly id: string
  readonly weightBytes: number
  /** Null where the model's shape is not known. */
  readonly plan: MemoryPlan | null
  /** How many conversations of so many tokens fit at the same time. */
  readonly sessions: { readonly at4k: number; readonly at32k: number } | null
  /** Null where nothing was measured, or caches hold so small a model that memory does not bound it. */
  readonly tokensPerSecond: { readonly roofline: number; readonly expected: number } | null
}

const usualWish = { contextTokens: 8_192, slots: 1 }

/** A short conversation: what somebody sees who tries it. */
const shortContextTokens = 256

const cacheBytes = 64 * 1024 * 1024

export function planModel(
  id: string,
  weightBytes: number,
  shape: ModelShape | null,
  availableBytes: number,
  bytesPerSecond: number | null,
): ModelPlan {
  if (shape === null) return { id, weightBytes, plan: null, sessions: null, tokensPerSecond: null }
  const plan = planMemory(shape, usualWish, availableBytes)
  const [first] = waysToLoad(shape.format)
  const way = plan.fits ? plan.way : first!
  const sessions = (contextTokens: number): number =>
    sessionsThatFit(shape, way, contextTokens, availableBytes)
  return {
    id,
    weightBytes,
    plan,
    sessions: { at4k: sessions(4_096), at32k: sessions(32_768) },
    tokensPerSecond:
      bytesPerSecond === null || weightBytes < cacheBytes
        ? null
        : decodeSpeed(shape, shortContextTokens, bytesPerSecond),
  }
}
