/** The designs that are compared: what the caller asks for, and what the gateway is told beside it. */
import type { NearsideOptions } from '@nearside/workers'

export type Design = {
  readonly name: string
  /** What the loop names as its model. */
  readonly model: 'frontier' | 'local' | 'auto'
  /** What the gateway has beside its two models. */
  options(): Partial<NearsideOptions>
}

export const designs: readonly Design[] = [
  { name: 'cloud alone', model: 'frontier', options: () => ({}) },
  { name: 'device alone', model: 'local', options: () => ({}) },
]
