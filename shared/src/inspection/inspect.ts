/**
 * Looks a request through: how far it may travel, what is redacted where it leaves, and whether it looks like an attack.
 *
 * The strictest of account, header and findings wins, and what could not be looked through counts as the rules say (`whenUnsure`):
 * a detector that fails never makes a text freer. What is said of it here holds counts and reasons and no text; only
 * `redaction` holds data, and stays in the request's memory.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonValue } from '../chat/json.ts'
import type { Detector, Finding, PersonalKind } from '../personal-data/finding.ts'
import { type PrivacyLevel, strictest } from '../privacy/zone.ts'
import { findInRequest, type RequestFindings } from '../redaction/find-in-request.ts'
import { type Redacted, redactFound } from '../redaction/redact.ts'
import { type AttackJudge, judgeAttack, type Suspicion } from './judge-attack.ts'
import type { PrivacyRules } from './privacy-rules.ts'

/** Why a text was not looked through. */
export type Unread = 'too-long' | 'detector-failed' | 'not-text'

/** Why a `sensitive` text may not go to a provider. */
export type Confinement = 'rules-refuse' | 'not-redactable' | 'embeddings' | 'not-read'

export type Inspection = {
  readonly level: PrivacyLevel
  /** Where the level comes from: each voice, and null where it said nothing. */
  readonly from: {
    readonly account: PrivacyLevel | null
    readonly header: PrivacyLevel | null
    readonly found: PrivacyLevel | null
    readonly unread: PrivacyLevel | null
  }
  /** How many of each kind were found. */
  readonly found: { readonly [kind in PersonalKind]?: number }
  readonly unread: Unread | null
  readonly confined: Confinement | null
  /** It cannot be redacted, and the rules refuse such a request wherever it would go. */
  readonly refused: boolean
  readonly suspicion: Suspicion | null
  /** What is sent where it leaves; null where it goes as it is. */
  readonly redaction: Redacted | null
}

/** What account and header say. */
export type Voices = { readonly account: PrivacyLevel | null; readonly header: PrivacyLevel | null }

export type Senses = { readonly find: Detector; readonly judge: AttackJudge | null }

export function inspect(
  request: ChatRequest,
  rules: PrivacyRules,
  voices: Voices,
  { find, judge }: Senses,
): Inspection {
  const told = strictest(voices.account ?? 'public', voices.header ?? 'public')
  // Whose level is set may still have to be redacted.
  const looks =
    rules.detect !== null || rules.learned !== null || (told === 'sensitive' && rules.redact === true)
  const seen = looks ? look(request, rules, find) : nothing
  const level = strictest(told, seen.level ?? 'public', seen.unread === null ? 'public' : rules.whenUnsure)
  const confined = level === 'sensitive' ? confinementOf(request, rules, seen.unread) : null
  const leavesRedacted =
    level === 'sensitive' && rules.redact === true && confined === null && !embeds(request)
  return {
    level,
    from: { ...voices, found: seen.level, unread: seen.unread === null ? null : rules.whenUnsure },
    found: seen.counts,
    unread: seen.unread,
    confined,
    refused: confined === 'not-redactable' && rules.unredactable === 'refuse',
    suspicion: rules.attacks === null || judge === null ? null : judgeAttack(request, rules.attacks, judge),
    redaction: leavesRedacted && seen.findings?.any === true ? redactFound(request, seen.findings) : null,
  }
}

type Seen = {
  readonly level: PrivacyLevel | null
  readonly counts: Inspection['found']
  readonly unread: Unread | null
  readonly findings: RequestFindings | null
}

const nothing: Seen = { level: null, counts: {}, unread: null, findings: null }

function look(request: ChatRequest, rules: PrivacyRules, find: Detector): Seen {
  let left = rules.readCharacters
  let tooLong = false
  const bounded: Detector = (text) => {
    left -= text.length
    if (left < 0) tooLong = true
    return tooLong ? [] : find(text).filter(({ kind }) => rules.detect?.[kind] !== 'public')
  }
  let findings: RequestFindings
  try {
    findings = embeds(request)
      ? findInRequest({ body: { messages: textsOf(request.body.input) } }, bounded)
      : findInRequest(request, bounded)
  } catch {
    return { ...nothing, unread: 'detector-failed' }
  }
  const counts: { [kind in PersonalKind]?: number } = {}
  let level: PrivacyLevel | null = null
  for (const found of findings.all) {
    for (const finding of found) {
      counts[finding.kind] = (counts[finding.kind] ?? 0) + 1
      level = strictest(level ?? 'public', levelFor(finding, rules))
    }
  }
  const unread = tooLong ? 'too-long' : embeds(request) && !isText(request.body.input) ? 'not-text' : null
  return { level, counts, unread, findings }
}

/** What is found only for redacting says nothing of the level, which was told. */
function levelFor({ kind, basis }: Finding, { detect, learned }: PrivacyRules): PrivacyLevel {
  if (basis === 'learned') return learned?.level ?? 'public'
  return detect?.[kind] ?? 'public'
}

function confinementOf(
  request: ChatRequest,
  { redact, embeddings }: PrivacyRules,
  unread: Unread | null,
): Confinement | null {
  if (redact === 'refuse') return 'rules-refuse'
  if (embeds(request)) return embeddings === 'send' ? null : 'embeddings'
  if (redact === false) return null
  if (unread !== null) return 'not-read'
  const attached = request.messages.some(({ images, audio }) => images + audio > 0)
  return attached || (request.body.audio ?? null) !== null ? 'not-redactable' : null
}

/** No chat is without a message. */
function embeds({ messages }: ChatRequest): boolean {
  return messages.length === 0
}

function isText(input: JsonValue | undefined): boolean {
  return (
    typeof input === 'string' || (Array.isArray(input) && input.every((each) => typeof each === 'string'))
  )
}

function textsOf(input: JsonValue | undefined): JsonValue {
  return isText(input) ? (input as JsonValue) : []
}
