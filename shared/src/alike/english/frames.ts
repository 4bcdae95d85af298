/**
 * The ways in which English asks for one thing, each a frame around what is asked about. A frame says what kind of answer is wanted, and
 * whether a verb follows ("how do I cancel my plan") or a noun ("the procedure for the cancellation of my plan").
 */
import { rewritten, somebody } from './frame.ts'
import { late, topics } from './topics.ts'
import { told, ways } from './ways.ts'

export type Opening = {
  readonly kind: string
  readonly rest: string
  /** The whole, as far as it was rewritten. */
  readonly text: string
  /** The first word of the rest is what somebody does. */
  readonly verbal: boolean
  /** The whole, before what it asks for was taken back to one wording: here the verb still says when. */
  readonly asked: string
  /** Whose doing it is, where it is said: the one who asks, or the one who is asked. */
  readonly subject: 'i' | 'you' | null
}

const measures: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^how-long\b/i, 'what:long'],
  [/^(?:how|what) (?:tall|high)\b/i, 'what:high'],
  [/^how far\b/i, 'what:far'],
  [/^how (?:often|frequently|many times|frequent)\b/i, 'what:often'],
  [/^how (?:many|few)\b/i, 'what:many'],
  [/^how expensive\b/i, 'what:cost'],
  [/^how much\b/i, 'what:much'],
  [/^how (?:large|big)\b/i, 'what:large'],
  [/^how old\b/i, 'what:old'],
  [/^how heavy\b/i, 'what:heavy'],
  [/^how deep\b/i, 'what:deep'],
  [/^how wide\b/i, 'what:wide'],
  [/^how (?:fast|quick|quickly)\b/i, 'what:fast'],
  [/^how hot\b/i, 'what:hot'],
]

/** A noun for a measure: "the height of" asks "how high". */
export const measureNouns: ReadonlyMap<string, string> = new Map(
  'length=long duration=long period=long height=high distance=far price=cost cost=cost costs=cost prices=cost fare=cost size=large age=old weight=heavy depth=deep width=wide speed=fast temperature=hot frequency=often'
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
)

const kinds: readonly (readonly [pattern: RegExp, kind: string, verbal: boolean])[] = [
  [/^steps for\b/i, 'howto', true],
  [/^what-to-do if\b/i, 'what:todo', false],
  [/^why\b/i, 'why', false],
  [/^when\b/i, 'when', false],
  [/^where\b/i, 'where', false],
  [/^whom?\b(?= (?:did|does|do|should|can|must|will|would|could|may) )|^whom\b/i, 'whom', false],
  [/^who\b/i, 'who', false],
  [/^whose\b/i, 'whose', false],
  [/^how\b/i, 'how', false],
  [/^(?:what|which)\b/i, 'what', false],
  [/^(?:can|could|may|might)\b/i, 'can', false],
  [/^must\b/i, 'must', false],
  [/^(?:should|shall)\b/i, 'should', false],
  [/^(?:whether|is|are|am|was|were|do|does|did|will|would|has|have|had)\b/i, 'yesno', false],
]

const howto = new RegExp(
  `^how (?:do|can|could|should|would|might|may|must|shall|did) (${somebody})\\b(?: (?:best|manage to|get to))?`,
  'i',
)
const subjectBehind =
  /^ ?(?:(?:is|are|am|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had) )?(i|we|one|you)\b/i

/** Null where nothing is asked. */
export function openingOf(plain: string): Opening | null {
  const asked = rewritten(rewritten(plain, told()), ways()).trim()
  const opening = framed(rewritten(asked, topics()).trim())
  return opening === null ? null : { ...opening, asked }
}

function framed(text: string): Omit<Opening, 'asked'> | null {
  const rest = rewritten(text, late()).replace(/\s+/g, ' ').trim()
  const way = howto.exec(rest)
  if (way !== null) {
    const subject = /^you$/i.test(way[1] ?? '') ? 'you' : 'i'
    return { kind: 'howto', rest: rest.slice(way[0].length), text, verbal: true, subject }
  }
  for (const [pattern, kind] of measures) {
    const found = pattern.exec(rest)
    if (found !== null)
      return behind(
        text,
        kind,
        rest.slice(found[0].length),
        kind === 'what:long' && isVerbNext(rest.slice(found[0].length)),
      )
  }
  for (const [pattern, kind, verbal] of kinds) {
    const found = pattern.exec(rest)
    if (found !== null)
      return behind(
        text,
        kind,
        kind === 'yesno' && !/^whether/i.test(rest) ? rest : rest.slice(found[0].length),
        verbal,
      )
  }
  return null
}

function isVerbNext(rest: string): boolean {
  return !/^ ?(?:is|are|was|were|do|does|did|the|a|an|my|your|should|can|will|must)\b/i.test(rest)
}

/** Takes off an auxiliary and the one who asks or is asked. */
function behind(text: string, kind: string, rest: string, verbal: boolean): Omit<Opening, 'asked'> {
  const own = subjectBehind.exec(rest)
  if (own === null) return { kind, rest, text, verbal, subject: null }
  const subject = /^you$/i.test(own[1] ?? '') ? 'you' : 'i'
  return { kind, rest: rest.slice(own[0].length), text, verbal: true, subject }
}
