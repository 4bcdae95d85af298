/** The designs that are compared: what the caller asks for, and what the gateway is told beside it. */
import {
  executeVerifyAdvise,
  memorySessionStore,
  type NearsideOptions,
  planExecuteVerifyReplan,
  type SupervisionOptions,
} from '@nearside/workers'

export type Design = {
  readonly name: string
  /** What the loop names as its model. */
  readonly model: 'frontier' | 'local' | 'auto'
  /** What the gateway has beside its two models. */
  options(): Partial<NearsideOptions>
}

/** The supervisor looks at every so many turns. */
const rhythms = [1, 2, 4, 8] as const

export const designs: readonly Design[] = [
  { name: 'cloud alone', model: 'frontier', options: () => ({}) },
  { name: 'device alone', model: 'local', options: () => ({}) },
  ...rhythms.map((turns) => supervised('execute-verify-advise', turns)),
  ...rhythms.map((turns) => supervised('plan-execute-verify-replan', turns)),
]

const offers = {
  'execute-verify-advise': executeVerifyAdvise,
  'plan-execute-verify-replan': planExecuteVerifyReplan,
} as const

function supervised(strategy: keyof typeof offers, everyTurns: number): Design {
  return {
    name: `${strategy}, k=${everyTurns}`,
    model: 'auto',
    options: () => ({ policy: { strategy }, strategies: [offers[strategy](sessions(everyTurns))] }),
  }
}

/**
 * The gateway's own window on the executor's context is put out of the way, and so is its limit on words: what bounds the
 * context is the reset alone, and what bounds the words is k.
 */
function sessions(everyTurns: number): SupervisionOptions {
  return {
    store: memorySessionStore(),
    secret: 'of a simulation, and of nothing else',
    zone: 'premises',
    everyTurns,
    contextTokens: 24_000,
    mostWords: 200,
  }
}
