/**
 * What looks requests through by an operator's rules: a value to give to `nearside({ privacy })`, so that a gateway without one
 * neither loads a detector nor asks any.
 *
 * A request is looked through once: whoever asks again about the same request is told the same.
 */
import {
  type AttackJudge,
  type ChatRequest,
  type Detector,
  detect,
  type Inspection,
  inspect,
  judgeUnsafe,
  NearsideError,
  nameDetector,
  type PrivacyRules,
  type PrivacySettings,
  resolvePrivacyRules,
  type TextHeads,
  type Voices,
} from '@nearside/core'

export type PrivacyGuard = {
  inspect(request: ChatRequest, tenant: string, voices: Voices): Inspection
}

export type PrivacyGuardOptions = {
  /** The learned heads (`readTextHeads`), which rules with `learned` or `attacks` need. */
  readonly heads?: TextHeads
  /** A detector in the place of `detect`. */
  readonly find?: Detector
  /** A judge of attacks in the place of the heads'. */
  readonly judge?: AttackJudge
}

/**
 * @example
 * nearside({ privacy: privacyGuard({ detect: true, redact: true }), … })
 */
export function privacyGuard(settings: PrivacySettings, senses: PrivacyGuardOptions = {}): PrivacyGuard {
  const { rules, accounts } = resolvePrivacyRules(settings)
  const all = new Map([rules, ...accounts.values()].map((each) => [each, sensesFor(each, senses)]))
  const looked = new WeakMap<ChatRequest, Inspection>()
  return {
    inspect(request, tenant, voices) {
      const known = looked.get(request)
      if (known !== undefined) return known
      const theirs = accounts.get(tenant) ?? rules
      const inspection = inspect(request, theirs, voices, all.get(theirs)!)
      looked.set(request, inspection)
      return inspection
    },
  }
}

function sensesFor(
  { learned, attacks }: PrivacyRules,
  { heads, find, judge }: PrivacyGuardOptions,
): Parameters<typeof inspect>[3] {
  if (learned !== null && heads === undefined && find === undefined) throw needsHeads('learned')
  if (attacks !== null && heads === undefined && judge === undefined) throw needsHeads('attacks')
  const names =
    learned === null || heads === undefined
      ? null
      : nameDetector(learned.threshold === null ? heads : { ...heads, tagThreshold: learned.threshold })
  return {
    find: find ?? ((text) => detect(text, names)),
    judge: judge ?? (heads === undefined ? null : (text) => judgeUnsafe(text, heads)),
  }
}

function needsHeads(rule: string): NearsideError {
  return new NearsideError(
    'bad-options',
    `privacy.${rule} needs the learned heads: privacyGuard(rules, { heads }).`,
    {
      param: `privacy.${rule}`,
    },
  )
}
