/**
 * Names of persons where the text says that they are names: behind a title, behind "my name is", in a field called so.
 *
 * Names without such a word are for the learned head.
 */
import { lazily } from '../lazily/lazily.ts'
import type { Finding } from './finding.ts'
import { isHinted } from './hints.ts'

const part = String.raw`\p{Lu}[\p{L}\p{M}'’-]{0,30}`

const patterns = lazily(() => ({
  title:
    /\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Herr|Frau|Mme|Mlle|Monsieur|Madame|Señora?|Sra?|Signora?)\.? (?=\p{Lu})/gu,
  name: new RegExp(`${part}(?: (?:(?:van|von|de|der|den|da|di|la|le|bin|al) ){0,2}${part}){0,3}`, 'uy'),
  called:
    /(?<![\p{L}\d])(?:(?:my|his|her|their|your|whose|user|customer|patient|client|partner['’]s|(?:first|last|full|middle|maiden|family|given|nick)[ -]?)\s?name(?:['’]s| is|:)|name: {0,8}|(?:people|they|friends|everyone|you can|you may|please) call me|je m['’]appelle|mein name ist|ich heiße|me llamo|mi nombre es|mi chiamo|meu nome é|mijn naam is|меня зовут) {0,2}["“]?(\p{L}[\p{L}\p{M}'’-]{1,30}(?:[ .]{1,2}\p{L}[\p{L}\p{M}'’-]{0,30}){0,3})/giu,
  chinese: /(?:我叫|我的名字是|姓名[:是为]?|名前は)\s?([\p{Script=Han}·]{2,4})/gu,
}))

const titleHint = /\b(?:M[risxmloa]|Dr|Prof|Herr|Frau|Se|Sr|Sig)/
const calledHint = [
  'name',
  'call me',
  'appelle',
  'heiße',
  'llamo',
  'nombre',
  'chiamo',
  'nome',
  'naam',
  'зовут',
]
const chineseHint = ['我叫', '名字', '姓名', '名前']

/** What follows "my name is" and is no name. */
const noName =
  /^(?:on|in|at|not|the|a|an|and|or|what|who|spelled|wrong|correct|mis\w*|listed|still|also|already|too|so|to|of|for|is|it|that|this|my|your|back|later|when|if|as|by|with|under|now|today|tomorrow|only|required|optional|string|name|first|last|unknown|none|null|back|maybe|out|up|about|from|because|field|will|should|must|can|has|was|be|i|you|we)$/i

export function findNamedPersons(text: string): readonly Finding[] {
  const lower = text.toLowerCase()
  return [
    ...(titleHint.test(text) ? findTitled(text) : []),
    ...(isHinted(text, lower, calledHint) ? findCalled(text) : []),
    ...(isHinted(text, lower, chineseHint) ? findChinese(text) : []),
  ]
}

function findTitled(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const { title, name } = patterns()
  for (const { 0: match, index } of text.matchAll(title)) {
    const start = index + match.length
    name.lastIndex = start
    const end = start + (name.exec(text)?.[0].length ?? 0)
    if (end > start) findings.push({ kind: 'person', detail: 'titled', start, end, basis: 'word' })
  }
  return findings
}

function findCalled(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const { called } = patterns()
  called.lastIndex = 0
  for (let found = called.exec(text); found !== null; found = called.exec(text)) {
    const name = found[1]!
    const length = nameLength(name)
    const start = called.lastIndex - name.length
    if (length > 0)
      findings.push({ kind: 'person', detail: 'called', start, end: start + length, basis: 'word' })
    // What the pattern took and is no name may introduce the next: "… is Ada. My name is Bob".
    called.lastIndex = start + length
  }
  return findings
}

function findChinese(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const { 0: match, 1: name = '', index } of text.matchAll(patterns().chinese)) {
    const end = index + match.length
    findings.push({ kind: 'person', detail: 'called', start: end - name.length, end, basis: 'word' })
  }
  return findings
}

/** Words of a name: all of them where the first is written small, otherwise only those with a capital; none of `noName`. */
function nameLength(name: string): number {
  const small = /^\p{Ll}/u.test(name)
  let length = 0
  for (const { 0: word, index } of name.matchAll(/[\p{L}\p{M}'’-]+/gu)) {
    if (
      noName.test(word) ||
      (!small && index > 0 && /^\p{Ll}/u.test(word)) ||
      (small && index > 0 && length > 24)
    )
      break
    length = index + word.length
  }
  return length
}
