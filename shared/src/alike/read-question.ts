/**
 * Reads a short question into what carries its meaning: the kind of question, its words without what holds them together, numbers
 * with what they count, quoted texts and marks as they stand, and which way round things are said.
 *
 * Everything is read in one pass over a short text. What is not understood is kept as a word, so that it must be found again.
 */
import { type EnglishReading, readEnglish } from './english/read-english.ts'
import { type Language, type Lexicon, languageOf, lexiconOf } from './lexicon.ts'

export type ContentWord = {
  readonly raw: string
  readonly stem: string
  /** Names are never inflected, and never change places. */
  readonly name: boolean
  /** The direction that stands before it: from, to, than. */
  readonly direction: string | null
}

export type CountedNumber = { readonly value: string; readonly counts: string | null }

export type Question = {
  readonly language: Language
  readonly kind: string
  readonly words: readonly ContentWord[]
  readonly numbers: readonly CountedNumber[]
  /** Quoted texts, code and marks, in their order. */
  readonly literal: readonly string[]
  /** An English question is read by its own rules. */
  readonly english: EnglishReading | null
  /** Equal for all questions that may be the same; most that are equal are. */
  readonly key: string
}

/** A longer text has too much in it to be said again in other words. */
export const longestQuestion = 300

/** Null where the text is no short question. */
export function readQuestion(text: string): Question | null {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > longestQuestion) return null
  if (worksOnText.test(trimmed)) return null
  const literal: string[] = []
  const said = trimmed
    .replace(saidHow, '$1 "$2"$3')
    .replace(named, '')
    .replace(quoted, (all) => {
      literal.push(all.slice(1, -1))
      return ' '
    })
  for (const mark of said.replace(/[-+]?\d[\d.,:/]*%?/g, ' ').match(telling) ?? []) literal.push(mark)
  const language = languageOf(said.toLowerCase())
  if (language === 'en') return readInEnglish(said, literal)
  const lexicon = lexiconOf(language)
  const { kind, rest } = withoutFrames(said, lexicon)
  const { words, numbers } = readWords(rest, said, lexicon, language)
  if (kind === '' || words.length + numbers.length + literal.length === 0) return null
  const bag = [...words.map(({ stem }) => stem)].sort().join(' ')
  const counted = numbers.map(({ value }) => value).join(' ')
  return {
    language,
    kind,
    words,
    numbers,
    literal,
    english: null,
    key: [language, kind, bag, counted, ...literal].join('\n'),
  }
}

function readInEnglish(said: string, literal: readonly string[]): Question | null {
  const english = readEnglish(said)
  if (english === null) return null
  const { kind, bag } = english
  const key = ['en', kind, bag, ...literal].join('\n')
  const none = { words: [], numbers: [] }
  return { language: 'en', kind, literal, ...none, english, key }
}

/** "Correct this sentence: …": what is behind the colon is not asked but worked on, letter by letter. */
const worksOnText =
  /^(?:[^:]*\b(?:translate|correct|summari[sz]e|rewrite|rephrase|paraphrase|proofread|classify|identify|extract|generate|complete|continue|write|edit|improve|format|sentences?|text|following|paragraph|passage|phrases?|words?|story|poem|article|e-?mail|code)\b[^:]*|(?:\S+ ){6,}\S*(?=: ?(?!(?:how|what|when|where|why|who|which|is|are|can|could|do|does)\b))): ?\S/iu

/** What is said or spelt is meant to the letter, with marks or without. */
const saidHow =
  /\b(how (?:do|does|can|could|would|should|might|to)\b[^:"]{0,40}? (?:say|spell|pronounce)) ([^"“`]+?)( in \p{L}+)?[?.!\s]*$/iu

const quoted = /`[^`]+`|"[^"]+"|“[^”]+”|„[^“]+“|«[^»]+»/gu
/** "The word" before a quoted one says nothing that the marks do not. */
const named = /\b(?:the )?(?:word|term|phrase|expression) (?=["“`«„])/giu
/** Marks that mean something by themselves. */
const telling = /[+*/=<>%$€£#@&|\\^~{}[\]_]+/gu

/** "In Python, how do I …": what stands before the question belongs behind it. */
const fronted =
  /^((?:in|on|at|with|for|after|before|during|since|nach|bei|vor|seit|nach|dans|après|avant|pour|después de|antes de|para) [^,:.]{1,60}), ?(?:¿ ?)?(.+)$/iu

function withoutFrames(
  text: string,
  { frames, rewrites }: Lexicon,
): { readonly kind: string; readonly rest: string } {
  let rest = text.replace(/[?!.¿¡\s]+$/u, '').replace(/^[¿¡\s]+/u, '')
  rest = rest.replace(fronted, '$2 $1')
  for (const [longer, shorter] of rewrites) rest = rest.replace(longer, shorter)
  let kind = ''
  let told = false
  for (const [pattern, means] of frames) {
    const opening = means === '' || means === 'told' || means === 'wish'
    if (!opening && kind !== '') continue
    // What is asked for stands at the beginning once: a list that is sorted is a list.
    if (opening && means === 'told' && (told || kind !== '')) continue
    const shorter = rest.replace(pattern, ' ')
    if (shorter === rest && !pattern.test(rest)) continue
    rest = shorter.replace(/^[\s,:]+|[\s,:.]+$/gu, '')
    if (means === 'told') told = true
    if (!opening) kind = means
  }
  // Who wants to be told of something asks what it is.
  return { kind: kind === '' && told ? 'what' : kind, rest }
}

const pieces = /[-+]?\d[\d.,:/]*%?(?:\s*[ap]\.?m\b\.?)?|\p{L}[\p{L}\p{M}\p{N}]*/giu

type Read = Pick<Question, 'words' | 'numbers'>

function readWords(rest: string, whole: string, lexicon: Lexicon, language: Language): Read {
  const words: ContentWord[] = []
  const numbers: CountedNumber[] = []
  let direction: string | null = null
  let counting = false
  const first = /\p{L}+/u.exec(whole)?.[0] ?? ''
  for (const [piece] of rest.matchAll(pieces)) {
    if (/^[-+]?\d/.test(piece)) {
      numbers.push({ value: plainNumber(piece), counts: null })
      // A direction belongs to what is counted.
      counting = true
      continue
    }
    const raw = piece.toLowerCase()
    const heading = lexicon.directions.get(raw)
    if (heading !== undefined) {
      if (direction !== null && direction !== 'to') words.push(plain(direction))
      direction = heading
      counting = false
      continue
    }
    if (lexicon.fillers.has(raw)) {
      counting = false
      continue
    }
    const name = isName(piece, piece === first && whole.startsWith(first))
    const stem = stemOf(raw, name, lexicon, language)
    for (const part of stem) words.push({ raw: part.raw, stem: part.stem, name, direction })
    const last = numbers.at(-1)
    if (counting && last !== undefined)
      numbers[numbers.length - 1] = { ...last, counts: stem[0]?.stem ?? raw }
    counting = false
    direction = null
  }
  // A direction without anything behind it is a word like any other.
  if (direction !== null && direction !== 'to') words.push(plain(direction))
  return { words, numbers }
}

function plain(word: string): ContentWord {
  return { raw: word, stem: word, name: false, direction: null }
}

/** Thousands without their commas; nothing else is touched, for a point means another thing in another language. */
function plainNumber(piece: string): string {
  const number = piece
    .toLowerCase()
    .replace(/[.,:/]+$/, '')
    .replace(/\s+/g, '')
  return /^[-+]?\d{1,3}(?:,\d{3})+$/.test(number) ? number.replaceAll(',', '') : number
}

/** A capital within a sentence, or anything that no common word looks like. */
function isName(piece: string, opens: boolean): boolean {
  if (/\p{Lu}.*\p{Lu}|\p{N}/u.test(piece)) return true
  return !opens && /^\p{Lu}/u.test(piece)
}

function stemOf(
  raw: string,
  name: boolean,
  { groups, endings }: Lexicon,
  language: Language,
): readonly { readonly raw: string; readonly stem: string }[] {
  if (language === 'de' && !name && raw.startsWith('zurück') && raw.length > 9) {
    const verb = raw.slice('zurück'.length).replace(/^zu/, '')
    return [
      { raw: verb, stem: shortened(verb, endings) },
      { raw: 'zurück', stem: 'zurück' },
    ]
  }
  const grouped = groups.get(raw)
  if (grouped !== undefined) return [{ raw: grouped, stem: grouped }]
  const stem = shortened(raw, endings)
  return [{ raw, stem: groups.get(stem) ?? stem }]
}

const shortestStem = 3

function shortened(raw: string, endings: readonly string[]): string {
  const ending = endings.find((each) => raw.endsWith(each) && raw.length - each.length >= shortestStem)
  return ending === undefined ? raw : raw.slice(0, -ending.length)
}
