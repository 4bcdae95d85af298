/**
 * Whether each option is of the kind that its type says.
 *
 * TypeScript says so only to those who use it. What comes from JSON or plain JavaScript may be `'false'` where a
 * gate asks for `false`, and must not hold it open.
 */
import type { BudgetStore } from '../budget/budget-store.ts'
import type { EdgeAnswerer } from '../edge/answerer.ts'
import { isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'

export function checkKinds(given: NearsideOptions): void {
  for (const name of functions) {
    if (given[name] !== undefined && typeof given[name] !== 'function') throw wrong(name, 'is a function')
  }
  if (given.edgeMaySee !== undefined && typeof given.edgeMaySee !== 'boolean') {
    throw wrong('edgeMaySee', 'is true or false')
  }
  if (given.privacy !== undefined && typeof given.privacy?.inspect !== 'function') {
    throw wrong('privacy', 'is a guard, as privacyGuard makes it')
  }
  if (given.onHangUp !== undefined && given.onHangUp !== 'abort' && given.onHangUp !== 'finish') {
    throw wrong('onHangUp', 'is abort or finish')
  }
  if (given.prices !== undefined && !(given.prices instanceof Map)) {
    throw wrong('prices', 'is a catalogue, as readPriceList makes it')
  }
  if (given.policy !== undefined && typeof given.policy !== 'function' && !isObject(given.policy))
    throw wrong('policy', 'is an object, or a function that gives one')
  if (given.aliases !== undefined && !isObject(given.aliases)) throw wrong('aliases', 'is an object')
  if (given.caps !== undefined && !Array.isArray(given.caps)) throw wrong('caps', 'is a list of caps')
  if (given.unpricedLimit !== undefined && typeof given.unpricedLimit?.limit !== 'function') {
    throw wrong('unpricedLimit', 'is a rate-limit binding: it has a function limit')
  }
  const { difficulty, telemetry = [] } = given
  if (!Array.isArray(telemetry)) throw wrong('telemetry', 'is a list of sinks, as otlp makes them')
  for (const [position, sink] of (telemetry as readonly unknown[]).entries()) {
    if (!isObject(sink) || !('open' in sink) || typeof sink.open !== 'function')
      throw wrong(`telemetry[${position}]`, 'is a sink, as otlp or analyticsEngine makes it')
  }
  if (
    difficulty !== undefined &&
    typeof difficulty !== 'function' &&
    typeof difficulty?.judge !== 'function'
  ) {
    throw wrong('difficulty', 'is a function, or an object with a function judge')
  }
  checkEdge(given.edge)
  checkStore(given.budgets)
}

const functions = ['account', 'rewrite', 'onRecord', 'onFault', 'fetch', 'now', 'random'] as const

function checkEdge(edge: NearsideOptions['edge']): void {
  if (edge === undefined || edge === false) return
  if (!Array.isArray(edge)) throw wrong('edge', 'is a list of answerers, or false')
  for (const [position, answerer] of (edge as readonly Partial<EdgeAnswerer>[]).entries()) {
    if (!isObject(answerer) || typeof answerer.name !== 'string' || typeof answerer.offer !== 'function') {
      throw wrong(`edge[${position}]`, 'is an answerer: a name and a function offer')
    }
  }
}

const verbs = [
  'reserve',
  'settle',
  'release',
  'renew',
  'read',
] as const satisfies readonly (keyof BudgetStore)[]

function checkStore(store: BudgetStore | undefined): void {
  if (store === undefined) return
  if (!isObject(store) || verbs.some((verb) => typeof store[verb] !== 'function')) {
    throw wrong('budgets', `is a store with the verbs ${verbs.join(', ')}`)
  }
}
