/**
 * What is wrong with an option, told by the variable that it came from: whoever sets variables has never seen the options.
 *
 * Most variables are checked as they are read. What is checked with the options (a price, an address, who an alias means)
 * has a path there, whose beginning says which variable it was; the rest of the path stays, since it says where in it.
 */
import { NearsideError } from '@nearside/core'
import type { Settings } from './settings.ts'

/** Bindings of the Worker are set beside the variables, and are named alike. */
type Binding = 'UNPRICED_LIMIT' | 'ANALYTICS'

const variables: readonly (readonly [path: RegExp, variable: keyof Settings | Binding])[] = [
  [/^keys/, 'NEARSIDE_KEYS'],
  [/^managedKeys\.secret/, 'NEARSIDE_KEY_SECRET'],
  [/^managedKeys\.previousSecret/, 'NEARSIDE_KEY_SECRET_PREVIOUS'],
  [/^managedKeys\.recheckMs/, 'NEARSIDE_KEY_RECHECK_SECONDS'],
  [/^frontier\.url/, 'NEARSIDE_FRONTIER_URL'],
  [/^frontier\.models/, 'NEARSIDE_FRONTIER_MODELS'],
  [/^frontier\.embeddings/, 'NEARSIDE_FRONTIER_EMBEDDINGS'],
  // Of several nodes all have the same but for their addresses.
  [/^local(?:\[\d+\])?\.url/, 'NEARSIDE_LOCAL_URL'],
  [/^local(?:\[\d+\])?\.key/, 'NEARSIDE_LOCAL_SECRET'],
  [/^local(?:\[\d+\])?\.models\[\d+\]\.contextTokens/, 'NEARSIDE_LOCAL_CONTEXT_TOKENS'],
  [/^local(?:\[\d+\])?\.models/, 'NEARSIDE_LOCAL_MODELS'],
  [/^local(?:\[\d+\])?\.embeddings/, 'NEARSIDE_LOCAL_EMBEDDINGS'],
  [/^local(?:\[\d+\])?\.zone/, 'NEARSIDE_LOCAL_ZONE'],
  [/^aliases/, 'NEARSIDE_ALIASES'],
  [/^policy/, 'NEARSIDE_POLICY'],
  [/^privacy/, 'NEARSIDE_PRIVACY_RULES'],
  [/^alerts\.url/, 'NEARSIDE_ALERT_URL'],
  [/^alerts\.secret/, 'NEARSIDE_ALERT_SECRET'],
  [/^otlp\.url/, 'NEARSIDE_OTLP_URL'],
  [/^otlp\.headers/, 'NEARSIDE_OTLP_HEADERS'],
  [/^otlp\.zone/, 'NEARSIDE_OTLP_ZONE'],
  [/^quality\.share/, 'NEARSIDE_JUDGE_SHARE'],
  [/^quality\.judge/, 'NEARSIDE_JUDGE_MODEL'],
  [/^unpricedLimit/, 'UNPRICED_LIMIT'],
  [/^analytics/, 'ANALYTICS'],
]

/** The fault as it is where it is of no variable, or names one already. */
export function inVariables(fault: NearsideError): NearsideError {
  const path = fault.param ?? ''
  const [prefix, variable] = variables.find(([prefix]) => prefix.test(path)) ?? []
  if (fault.code !== 'bad-options' || prefix === undefined || variable === undefined) return fault
  const param = path.replace(prefix, variable)
  const cure = path.endsWith('.price') ? ' NEARSIDE_PRICES takes it.' : ''
  return new NearsideError(fault.code, fault.message.replace(path, param) + cure, {
    param,
    cause: fault.cause ?? fault,
  })
}
