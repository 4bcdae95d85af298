/**
 * A question as it is typed, taken back to one plain sentence: contractions written out, courtesies left off, what stands before the question
 * put behind it, a pronoun replaced by what it stands for, units and dates written one way.
 *
 * Each step is one pattern over at most a few hundred characters, without a repetition inside a repetition.
 */
import { lazily } from '../../lazily/lazily.ts'
import { determiners, fillers, phrases, prepositions } from './vocabulary.ts'

type Step = readonly [pattern: RegExp, shorter: string]
const step = (pattern: string, shorter: string): Step => [new RegExp(pattern, 'gi'), shorter]

const months = 'january|february|march|april|may|june|july|august|september|october|november|december'
const units: Readonly<Record<string, string>> = {
  km: 'kilometre',
  kms: 'kilometre',
  cm: 'centimetre',
  mm: 'millimetre',
  m: 'metre',
  mi: 'mile',
  ft: 'foot',
  kg: 'kilogram',
  kgs: 'kilogram',
  g: 'gram',
  mg: 'milligram',
  lb: 'pound',
  lbs: 'pound',
  oz: 'ounce',
  ml: 'millilitre',
  l: 'litre',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  min: 'minute',
  mins: 'minute',
  sec: 'second',
  secs: 'second',
  s: 'second',
}
const numbers =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )

const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

const written = lazily((): readonly Step[] => [
  step("\\b(can)(?:'t|not)\\b", '$1 not'),
  step("\\bwon't\\b", 'will not'),
  step("\\b(\\w+)n't\\b", '$1 not'),
  step("\\b(what|who|where|when|how|why|it|that|there|here)'s\\b", '$1 is'),
  step('\\b(whats|hows|wheres)\\b', '$1'),
  step("\\bi'm\\b", 'i am'),
  step("\\b(i|you|we|they)'ve\\b", '$1 have'),
  step("\\b(i|you|we|they)'(?:d)\\b", '$1 would'),
  step("\\b(\\w+)'ll\\b", '$1 will'),
  step("\\b(\\w+)'re\\b", '$1 are'),
  step('(\\d),(?=\\d{3}\\b)', '$1'),
  step('\\bper ?cent\\b', '%'),
  step('(\\d) %', '$1%'),
  step('\\$ ?(\\d[\\d.,]*)', '$1 dollars'),
  step('€ ?(\\d[\\d.,]*)', '$1 euros'),
  step('£ ?(\\d[\\d.,]*)', '$1 pounds'),
  step(`\\b(${months}) (\\d{1,2})(?:st|nd|rd|th)?\\b(?!:)`, '$2 $1'),
  step(`\\b(\\d{1,2})(?:st|nd|rd|th) (?:of )?(${months})\\b`, '$1 $2'),
  step('\\b(\\d{1,2}) o.?clock\\b', '$1'),
])

/** "One bag" is a number of bags; "which one" and "how does one" are not. */
const single =
  /(?<!\b(?:which|this|that|the|any|every|no|each|do|does|did|can|could|should|would|will|may|must|how|if|when|as|another|a|good|new|right|best) )\bone\b(?=[ -]\p{L})(?! (?:of|do|does|did|is|are|can|could|should|would|will|has|may|must|for|in|to|on|at|with|from|by)\b)/giu

const courtesy =
  /^(?:(?:hi|hello|hey)(?: there| all| everyone)?|good (?:morning|afternoon|evening|day)|thanks(?: a lot| in advance| so much)?|thank you(?: in advance| so much| very much)?|excuse me|sorry|quick question|just a quick question|i have a (?:quick )?question|cheers|please help|help)$/i

const openings = lazily((): readonly Step[] => [
  step(
    '^(?:(?:hi|hello|hey)(?: there)?|excuse me|sorry|okay|ok|so|well|um|and|but|quick question|question|please|good morning|good afternoon)(?:[,:!.-]+ ?| (?=can|could|how|what|when|where|who|why|is|do|please|tell|i ))',
    '',
  ),
  step(
    '[, ]*\\b(?:please|kindly|thanks(?: in advance)?|thank you|cheers|exactly|actually|really|basically|at all|by the way|possibly)\\b ?',
    ' ',
  ),
  step('\\b(?:currently|at the moment|right now|these days|nowadays)\\b', ' '),
])

export function unfold(text: string): string {
  let plain = text.replace(/[’‘`´]/g, "'").replace(/[–—]/g, ' - ')
  plain = plain.replace(mentioned, (all, one: string, between: string, other: string) =>
    isFunctionWord(one) && isFunctionWord(other) ? `word-${one}${between}word-${other}` : all,
  )
  for (const [pattern, shorter] of written()) plain = plain.replace(pattern, shorter)
  plain = plain.replace(
    /(\d) ?(km|kms|cm|mm|m|mi|ft|kgs?|g|mg|lbs?|oz|ml|l|hrs?|h|mins?|secs?|s)\b(?!')/g,
    (_, digit, unit) => `${digit} ${units[unit] ?? unit}`,
  )
  plain = plain.replace(
    /\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)\b/gi,
    (word) => String(numbers.indexOf(word.toLowerCase())),
  )
  plain = plain.replace(/\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b/gi, (word) =>
    String(tens.indexOf(word.toLowerCase()) * 10 + 20),
  )
  plain = plain.replace(single, '1')
  const sentences = plain
    .split(/(?<=[.?!])\s+|\s*;\s*/)
    .map((sentence) => trimmed(sentence))
    .filter((sentence) => sentence !== '' && !courtesy.test(sentence))
    .map((sentence) => uncapitalised(withoutCourtesy(uncapitalised(sentence))))
    .filter((sentence) => sentence !== '')
  let whole = joined(sentences)
  whole = unfronted(whole)
  if (/\?\s*$/.test(text) && !asks.test(whole)) whole = `what is ${whole}`
  for (const [pattern, shorter] of phrases()) whole = whole.replace(pattern, shorter)
  return whole.replace(/\s+/g, ' ').trim()
}

/** "Its or it's": words that are spoken of mean themselves, even those that mean nothing otherwise. */
const mentioned =
  /(?<![\p{L}\p{N}'])([\p{L}']+)( (?:and|or|vs\.?|versus|instead of|rather than|from) )([\p{L}']+)(?![\p{L}\p{N}'])/giu

function isFunctionWord(word: string): boolean {
  const low = word.toLowerCase()
  return (
    low.includes("'") ||
    /^(?:who|whom|whose|which|its|than|them|they|their|me|us|i)$/.test(low) ||
    fillers.has(low) ||
    determiners.has(low) ||
    prepositions.has(low)
  )
}

function trimmed(sentence: string): string {
  return sentence.replace(/^[\s,:¿¡-]+|[\s,:.?!…-]+$/g, '')
}

/** The first word has its capital from its place, unless it has more than one. */
function uncapitalised(sentence: string): string {
  return sentence.replace(/^\p{Lu}(?=\p{Ll}*(?:[^\p{L}\p{N}]|$))/u, (letter) => letter.toLowerCase())
}

function withoutCourtesy(sentence: string): string {
  let plain = sentence
  for (let i = 0; i < 2; i++) plain = plain.replace(openings()[0]?.[0] ?? /(?!)/, '')
  for (const [pattern, shorter] of openings().slice(1)) plain = plain.replace(pattern, shorter)
  return trimmed(plain)
}

const wish =
  /^(?:i|we) (?:would (?:really )?(?:like|love)|want|need|wish|have|am trying|am looking|plan|am planning|intend|tried) to (.+)$/i
const howOfIt =
  /^(?:so )?how(?: (?:do|can|could|should|would|must|may) (?:i|we|you|one)(?: (?:do|go about|achieve|manage|accomplish) (?:that|this|it|so)| proceed)?| (?:does|do) (?:that|this|it) work| (?:is|can) (?:that|this|it) (?:be )?done| to(?: do (?:that|this|it|so))?| (?:does|would) one (?:do|go about) (?:that|this|it))?$|^what (?:do|should|must|can) i (?:need to |have to )?do$|^what (?:is|are) the (?:steps|way|procedure|process)$|^(?:is there a way|any way)(?: to do (?:that|this|it|so))?$/i
const whatToDo = /^what (?:should|can|do|must|shall|could) (?:i|we|one) do(?: now| next)?$/i

/** "I lost my key. What should I do?" is one question, and so is "I want to leave. How do I do that?" */
function joined(sentences: readonly string[]): string {
  const [first = '', second, ...more] = sentences
  if (second === undefined) return joinedByComma(first)
  if (more.length > 0) return `${second} , ${[first, ...more].join(' , ')}`
  if (!asks.test(second) && asks.test(first)) return `${first} , ${second}`
  return pairOf(first, second) ?? `${second} , ${first}`
}

function pairOf(first: string, second: string): string | null {
  const wished = wish.exec(first)?.[1]
  if (wished !== undefined && howOfIt.test(second)) return `how do i ${wished}`
  if (whatToDo.test(second)) return `what should i do if ${first}`
  return null
}

/** "I lost my key, what should I do?", and "Order 7: how can I change its address?" */
function joinedByComma(sentence: string): string {
  const command = commanded.exec(sentence)
  if (command !== null && !asks.test(command[1] ?? '')) return `how do i ${command[2]} in ${command[1]}`
  const cut =
    /^([^,:?]{2,120}?)(?:[,:?]| -) ?((?:so |and )?(?:how|what|when|where|why|who|which|is|are|can|could|do|does|must|should|will|would|any|if)\b.*)$/i.exec(
      sentence,
    )
  if (cut === null) return sentence
  const [, head = '', question = ''] = cut
  const pair = pairOf(head, question)
  if (pair !== null) return pair
  if (/ing\b/.test(head) && (howOfIt.test(question) || /^how is (?:that|it|this) done$/i.test(question)))
    return `steps for ${head}`
  if (fronting.test(head) || /\b(?:how|what|when|where|why|who|which|is|are|can|do|does|i|we)\b/i.test(head))
    return sentence
  // A topic before a colon: what the question says of "it", it says of that.
  if (/\bits\b/i.test(question))
    return question.replace(/\bits (\S+(?: \S+)*?)(?=$| (?:to|from|in|on|for)\b)/i, `$1 of ${head}`)
  if (/\b(?:it|that|this|they|them)\b/i.test(question))
    return question.replace(/\b(?:it|that|this|they|them)\b/i, head)
  if (/^how$/i.test(question)) return `steps for ${head}`
  return /\b(?:do|does|is|are|can|to)\b/i.test(question) && /\p{Lu}/u.test(head)
    ? `${question} in ${head}`
    : `${question} ${head}`
}

/** "Python: reverse a list" asks how that is done there. */
const commanded = /^([^,:?]{2,60}): (\p{Ll}+ (?:an?|the|my|all) .+)$/u
const asks =
  /\b(?:how|what|when|where|why|who|whom|whose|which|is|are|was|were|am|do|does|did|can|could|may|might|must|shall|should|will|would|have|has|any|tips?|steps?|ways?|i|we|you)\b/i

const fronting = /^(?:in|on|at|with|for|after|before|during|since|using|from|within|when|if|under|without)\b/i
const fronted =
  /^((?:in|on|at|with|for|after|before|during|since|using|from|within|when|if|without) [^,:]{1,100}?)(?:[,:] ?| (?=how (?:do|can|many|much|long)|what (?:is|are)|can i))(.+)$/i

/** "In Python, how do I …": what stands before the question belongs behind it. */
function unfronted(text: string): string {
  return text.replace(fronted, '$2 $1')
}
