/**
 * What looks requests through by an operator's rules: a value to give to `nearside({ privacy })`, so that a gateway without one
 * neither loads a detector nor asks any.
 *
 * A request is looked through once: whoever asks again about the same request is told the same. Rules may change while the gateway
 * runs; a request is held to those that it was first looked through by, and so is what is asked on its behalf.
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
  type Senses,
  type TextHeads,
  type Voices,
} from '@nearside/core'

export type PrivacyGuard = {
  /** `before` is what was found in the request on whose behalf this one is made: its rules hold for both. */
  inspect(request: ChatRequest, tenant: string, voices: Voices, before?: Inspection): Inspection
}

export type PrivacyGuardOptions = {
  /** The learned heads (`readTextHeads`), which rules with `learned` or `attacks` need; a function is asked when they first do. */
  readonly heads?: TextHeads | (() => TextHeads)
  /** A detector in the place of `detect`. */
  readonly find?: Detector
  /** A judge of attacks in the place of the heads'. */
  readonly judge?: AttackJudge
  /** Hears of rules that are wrong while the gateway runs; those before them hold. @default nobody hears */
  readonly onFault?: (cause: unknown) => void
}

/**
 * An object is checked at once. A function is asked for each request, and what it gives is checked when it is another object than
 * before: a wrong one is told to `onFault`, and the rules before it hold.
 *
 * @example
 * nearside({ privacy: privacyGuard({ detect: true, redact: true }), … })
 */
export function privacyGuard(
  settings: PrivacySettings | (() => PrivacySettings),
  senses: PrivacyGuardOptions = {},
): PrivacyGuard {
  const inForce = rulesInForce(settings, senses)
  const looked = new WeakMap<ChatRequest, Inspection>()
  const lookedBy = new WeakMap<Inspection, Ready>()
  return {
    inspect(request, tenant, voices, before) {
      const known = looked.get(request)
      if (known !== undefined) return known
      const ready = (before === undefined ? undefined : lookedBy.get(before)) ?? inForce()
      const theirs = ready.accounts.get(tenant) ?? ready.rules
      const inspection = inspect(request, theirs, voices, ready.senses.get(theirs)!)
      looked.set(request, inspection)
      lookedBy.set(inspection, ready)
      return inspection
    },
  }
}

/** Rules with what looks by them. */
type Ready = ReturnType<typeof resolvePrivacyRules> & { readonly senses: ReadonlyMap<PrivacyRules, Senses> }

function rulesInForce(
  given: PrivacySettings | (() => PrivacySettings),
  { heads, ...senses }: PrivacyGuardOptions,
): () => Ready {
  let read: TextHeads | null = null
  const readHeads = (): TextHeads | null => {
    read ??= (typeof heads === 'function' ? heads() : heads) ?? null
    return read
  }
  const readyFor = (settings: PrivacySettings): Ready => {
    const { rules, accounts } = resolvePrivacyRules(settings)
    const each = [rules, ...accounts.values()]
    return { rules, accounts, senses: new Map(each.map((one) => [one, sensesFor(one, senses, readHeads)])) }
  }
  let last = typeof given === 'function' ? given() : given
  let ready = readyFor(last)
  if (typeof given !== 'function') return () => ready
  return () => {
    try {
      const newest = given()
      if (newest !== last) {
        last = newest
        ready = readyFor(newest)
      }
    } catch (cause) {
      senses.onFault?.(cause)
    }
    return ready
  }
}

function sensesFor(
  { learned, attacks }: PrivacyRules,
  { find, judge }: PrivacyGuardOptions,
  readHeads: () => TextHeads | null,
): Senses {
  const reads = learned !== null && find === undefined
  const judges = attacks !== null && judge === undefined
  const heads = reads || judges ? readHeads() : null
  if (reads && heads === null) throw needsHeads('learned')
  if (judges && heads === null) throw needsHeads('attacks')
  const names =
    learned === null || heads === null
      ? null
      : nameDetector(learned.threshold === null ? heads : { ...heads, tagThreshold: learned.threshold })
  return {
    find: find ?? ((text) => detect(text, names)),
    judge: judge ?? (heads === null ? null : (text) => judgeUnsafe(text, heads)),
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
