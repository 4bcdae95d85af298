/** What the forms of English verbs say: what was and what is, and who does it where the one it is done to stands first. */
import { wordsOf } from './inflect.ts'
import { determiners } from './vocabulary.ts'

/** Between two things it is the same whichever is named first. */
export const compared: RegExp =
  /\bbetween (?:the |an? )?(\S+(?: \S+)?) and (?:the |an? )?(\S+(?: \S+)?)(?=$| (?:in|on|for|with|under)\b)/i

/** "My notes be exported to CSV" is "export my notes to CSV", and with a "by" the one behind it does it. */
export function activeOf(rest: string): { readonly text: string; readonly turned: boolean } {
  const found =
    /^(.*?)\b(?:be|been|being|is|are|was|were|get|gets) (not )?(\S+)(?=$| )(.*)$/i.exec(rest) ?? null
  if (found === null) return { text: rest, turned: false }
  let [, before = '', not = '', participle = '', after = ''] = found
  if (!isParticiple(participle)) {
    // "Is the cat eaten by the dog": the auxiliary stands in front.
    const fronted =
      /^ ?(?:is|are|was|were|has|have|had) (.+?) (?:been )?(not )?(\S+(?:ed|en|wn|ne|rn|ilt|ade|old|aid|ent|ept|ut|ought|aught|un|ead|ound|ost|et))(?=$| )(.*)$/i.exec(
        rest,
      )
    if (fronted === null || !isParticiple(fronted[3] ?? '')) return { text: rest, turned: false }
    ;[, before = '', not = '', participle = '', after = ''] = fronted
  }
  if (before.trim() === '') return { text: rest, turned: false }
  const doer = /^(.*?) by ((?:the |my |your |an? )?[^ ]+(?: [\p{Lu}][^ ]*)*)(.*)$/u.exec(after)
  if (doer !== null)
    return { text: `${doer[2]} ${not}${participle} ${before}${doer[1]}${doer[3]}`, turned: false }
  return { text: `${not}${participle} ${before}${after}`, turned: true }
}

function isParticiple(word: string): boolean {
  const low = word.toLowerCase()
  if (/^(?:need|used|red|bed|speed|indeed|hundred|sacred|kindred)$/.test(low) || determiners.has(low))
    return false
  const [first] = wordsOf(low)
  return (
    (/ed$/.test(low) && low.length > 3) || (first !== undefined && first !== low && !/(?:s|ing)$/.test(low))
  )
}

/** "Have you been there", and not "do you have one". */
export function isPerfect(text: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}']+/u)
  return words.some(
    (word, at) =>
      /^(?:have|has|had|having)$/.test(word) &&
      words[at + 1] !== 'to' &&
      words.slice(at + 1, at + 6).some((next) => isParticiple(next)),
  )
}

export function articleOf(text: string): boolean | null {
  const article = /^(?:what|which) (?:is|are|was|were) (an?|the|my|your|our)\b/i.exec(text)?.[1]
  if (article === undefined) return /^what are (?!.*(?:'| of | the | my | your ))/i.test(text) ? true : null
  return /^an?$/i.test(article)
}

export function tenseOf(
  plain: string,
  kind: string,
): { readonly past: boolean | null; readonly future: boolean } {
  const first = /\b(?:is|are|am|do|does|can|could|may|must|should|was|were|did|had|will|would)\b/i
    .exec(plain)?.[0]
    ?.toLowerCase()
  const future = first === 'will' && !kind.startsWith('what:')
  if (kind === 'what:todo') return { past: null, future: false }
  if (isPerfect(plain)) return { past: true, future: false }
  if (first === undefined) {
    if (!/^(?:who|what|which)\b/i.test(plain)) return { past: null, future }
    const words = plain.toLowerCase().split(/[^\p{L}]+/u)
    const open = words.some((word) => /^(?:put|cut|read|set|hit|cost|let|shut|bet|quit)$/.test(word))
    return { past: open ? null : words.some((word) => isParticiple(word)), future }
  }
  return { past: /^(?:was|were|did|had)$/.test(first), future }
}
