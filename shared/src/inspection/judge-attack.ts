/**
 * Whether a request looks like an attack, and what the rules make of that.
 *
 * What is judged is what comes from outside: the texts of users and of tools, the newest message last. Much text is judged at its
 * beginning and its end, where attacks stand that are to be read; a judge that fails, or that saw only a part and found
 * nothing, leaves a reason behind and the action that the rules name for it.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import { type UnsafeJudgement, unsafeKinds } from '../text-heads/unsafe.ts'
import { type AttackAction, type AttackKind, type AttackRules, strictestAction } from './attack-rules.ts'

export type Suspicion = {
  readonly kinds: readonly AttackKind[]
  readonly action: AttackAction
  /** Why the judge's word is not all; null where it is. */
  readonly unsure: 'judge-failed' | 'judged-in-part' | null
}

export type AttackJudge = (text: string) => UnsafeJudgement

/** Null where nothing is suspected. */
export function judgeAttack(
  { messages }: Pick<ChatRequest, 'messages'>,
  rules: AttackRules,
  judge: AttackJudge,
): Suspicion | null {
  const texts = messages.flatMap(({ role, text }) => (outside.has(role) && text !== '' ? [text] : []))
  const { read, whole } = within(texts, rules.readCharacters)
  const found = new Set<AttackKind>()
  try {
    for (const text of read) {
      for (const kind of suspectedBy(judge(text), rules)) found.add(kind)
    }
  } catch {
    return { kinds: [...found], action: stricter(found, rules, rules.whenUnsure), unsure: 'judge-failed' }
  }
  const kinds = [...found].filter((kind) => rules[kind] !== 'off')
  const action = stricter(kinds, rules, whole ? 'off' : rules.whenUnsure)
  const unsure = whole ? null : 'judged-in-part'
  return kinds.length === 0 && unsure === null ? null : { kinds, action, unsure }
}

/** What a program wrote for its model is its own; what users and tools say is not. */
const outside: ReadonlySet<string> = new Set(['user', 'tool', 'function'])

const kindOf = {
  jailbreak: 'jailbreak',
  'harmful-request': 'unsafe',
  'prompt-injection': 'injection',
} as const

function suspectedBy(judgement: UnsafeJudgement, { threshold }: AttackRules): readonly AttackKind[] {
  const kinds =
    threshold === null ? judgement.kinds : unsafeKinds.filter((kind) => judgement.scores[kind] >= threshold)
  return kinds.map((kind) => kindOf[kind])
}

function stricter(kinds: Iterable<AttackKind>, rules: AttackRules, least: AttackAction): AttackAction {
  return strictestAction([least, ...[...kinds].map((kind) => rules[kind])])
}

/** The first and the last characters of all texts together, each text by itself. */
function within(
  texts: readonly string[],
  readCharacters: number,
): { readonly read: readonly string[]; readonly whole: boolean } {
  const all = texts.reduce((sum, text) => sum + text.length, 0)
  if (all <= 2 * readCharacters) return { read: texts, whole: true }
  const read: string[] = []
  let left = readCharacters
  for (let i = 0; left > 0; i++) {
    read.push(texts[i]!.slice(0, left))
    left -= texts[i]!.length
  }
  left = readCharacters
  for (let i = texts.length - 1; left > 0; i--) {
    read.push(texts[i]!.slice(-left))
    left -= texts[i]!.length
  }
  return { read, whole: false }
}
