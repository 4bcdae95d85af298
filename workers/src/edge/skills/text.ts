/**
 * Does what is asked with a text that the prompt gives, where the asking is understood to its last word.
 *
 * One table: how it is asked, with `§` for the given text, where that text may stand, and what is done. `(?:…)` groups of
 * courtesy stand in `W`, which takes "the following text" and its like.
 */
import { lazily } from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { type Given, givenText } from './given-text.ts'
import { skilled } from './skill.ts'
import * as formats from './text-formats.ts'
import * as operations from './text-operations.ts'

type Ask = {
  readonly form: RegExp
  readonly where: readonly Given['where'][]
  readonly result: (text: string, second: string, where: Given['where']) => string | null
}
type Many = (items: readonly string[]) => readonly string[] | null

const nouns =
  '(?:(?:the|this|these|following|given|text|string|sentence|phrase|word|words|lines|list|numbers|json|csv|value) )*'
const marked: readonly Given['where'][] = ['quotes', 'fence']
const anywhere: readonly Given['where'][] = ['quotes', 'fence', 'below', 'colon']
const listed: readonly Given['where'][] = ['fence', 'below', 'colon']
const all = '(?:all |all of )?(?:the )?'

const asks = lazily((): readonly Ask[] => [
  ask('how many words are (?:there )?in W§', marked, operations.countWords),
  ask('count the (?:number of )?words in W§', marked, operations.countWords),
  ask('wie ?viele wörter sind in §', marked, operations.countWords),
  ask('combien de mots y a-t-il dans §', marked, operations.countWords),
  ask('cuántas palabras hay en §', marked, operations.countWords),
  ask(
    '(?:how many characters are (?:there )?in|count the (?:number of )?characters in) W§',
    marked,
    operations.countCharacters,
  ),
  ask(
    '(?:how many letters are (?:there )?in|count the (?:number of )?letters in) W§',
    marked,
    operations.countLetters,
  ),
  ask(
    '(?:how many lines are (?:there )?in|count the (?:number of )?lines in) W§',
    ['fence'],
    operations.countLines,
  ),
  ask(
    'how many times does (?:the )?(?:letter|character) § (?:appear|occur) in W§',
    ['quotes'],
    (letter, text) => (text === '' ? null : operations.countLetter(letter, text)),
  ),
  ask('how many times does § (?:appear|occur) in W§', ['quotes'], unnamed),
  ask('(?:convert|change) W§ (?:to|into) (?:upper ?case|all caps)', marked, operations.upper),
  ask('(?:convert|change) W(?:to|into) (?:upper ?case|all caps) §', marked, operations.upper),
  ask(
    '(?:make W§ upper ?case|write W§ in all caps|write W§ in upper ?case|upper ?case W§)',
    marked,
    operations.upper,
  ),
  ask('(?:convert|change) W§ (?:to|into) lower ?case', marked, operations.lower),
  ask('(?:convert|change) W(?:to|into) lower ?case §', marked, operations.lower),
  ask('(?:make W§ lower ?case|write W§ in lower ?case|lower ?case W§)', marked, operations.lower),
  ask('(?:convert|change) W§ (?:to|into) title ?case', marked, operations.title),
  ask(
    'reverse (?:the )?(?:following )?(?:string|letters in|letters of|characters in|characters of) W§',
    marked,
    operations.reverse,
  ),
  ask('reverse (?:the word )?§', ['quotes'], operations.reverseWord),
  ask('reverse (?:the )?(?:order of (?:the )?)?words in W§', marked, operations.reverseWords),
  ask('(?:slugify|(?:create|make|generate) a (?:url )?slug (?:from|for|of)) W§', ['quotes'], operations.slug),
  ask(
    '(?:trim|remove (?:the )?leading and trailing (?:white ?space|spaces) from) W§',
    marked,
    operations.trim,
  ),
  ask(
    'sort (?:these|the following|the) (?:words|lines)(?: alphabetically| in alphabetical order)? §',
    listed,
    list(operations.sortLines),
  ),
  ask(
    'sort (?:these|the following|the) numbers (?:in ascending order|from smallest to largest) §',
    listed,
    list((items) => operations.sortNumbers(items, false)),
  ),
  ask(
    'sort (?:these|the following|the) numbers (?:in descending order|from largest to smallest) §',
    listed,
    list((items) => operations.sortNumbers(items, true)),
  ),
  ask(
    'remove (?:the |all )?duplicates? (?:lines )?(?:from (?:this|the) (?:list|text) )?§',
    listed,
    list(operations.withoutDuplicates),
  ),
  ask(`extract ${all}(?:emails?|e-mails?)(?: addresses)? (?:from|in) W§`, marked, lines(operations.emails)),
  ask(`extract ${all}(?:urls|links) (?:from|in) W§`, marked, lines(operations.links)),
  ask(`extract ${all}numbers (?:from|in) W§`, marked, lines(operations.numbers)),
  ask(`extract ${all}dates (?:from|in) W§`, marked, lines(operations.dates)),
  ask('(?:base64[ -]encode W§|encode W§ (?:in|to|as) base64|what is § in base64)', marked, formats.toBase64),
  ask(
    '(?:base64[ -]decode W§|decode W(?:this |the )?base64 W§)',
    ['quotes', 'fence', 'colon'],
    formats.fromBase64,
  ),
  ask('(?:url|percent)[ -]encode W§', marked, formats.toUrl),
  ask('(?:url|percent)[ -]decode W§', marked, formats.fromUrl),
  ask('(?:what is |compute |calculate )?(?:the )?sha-?256(?: hash| digest)? of W§', marked, formats.hash),
  ask('(?:format|pretty[ -]print|beautify) (?:this|the following) json §', anywhere, (text, _, where) =>
    where === 'quotes' ? null : formats.layJson(text, true),
  ),
  ask('minify (?:this|the following) json §', anywhere, (text, _, where) =>
    where === 'quotes' ? null : formats.layJson(text, false),
  ),
  ask('is (?:this|the following) valid json §', listed, validity),
  ask('convert (?:this|the following) csv (?:to|into) json §', ['fence', 'below'], formats.csvToJson),
])

const inWord =
  /^how many (letter )?([a-z])('s|(?<![aimsu])s)? (?:are|are there) in (the word )?([a-z]{2,40})$/

/** Words that every form begins with: all other prompts are left after these. */
const opening =
  /^\s*(?:please |can you |could you )*(?:base64|beautify|calculate|change|combien|compute|convert|count|create|decode|encode|extract|format|generate|how many|is|lower|make|minify|percent|pretty|remove|reverse|sha|slugify|sort|the|trim|upper|url|what|wie|write|¿?cuántas)/i

export const text: EdgeAnswerer = skilled({
  name: 'text',
  longest: 1_000_000,
  hint: opening,
  answer(question) {
    const found = givenText(question)
    if (found === null) return null
    const { asked, texts, where } = found
    if (texts.length === 0) return lettersOf(asked)
    // Half a character is no text; and of a \n between quotes one may mean the line's end that it stands for.
    if (texts.some((each) => /\p{Surrogate}/u.test(each) || (where === 'quotes' && each.includes('\\'))))
      return null
    const one = asks().find((each) => each.where.includes(where) && each.form.test(asked))
    const places = asked.split('§').length - 1
    if (one === undefined || places !== texts.length || texts[0] === '') return null
    if (counted.test(asked) && isTitle(texts[0] ?? '')) return null
    return one.result(texts[0] ?? '', texts[1] ?? '', where) || null
  },
})

const counted = /^(?:how many|count|wie ?viele|combien|cuántas).* (?:in|dans|en) §$/

/** "War and Peace" may be the book, whose words and characters are others. */
function isTitle(given: string): boolean {
  return (
    given.length < 200 &&
    /^(?:(?:\p{Lu}\S*|\p{Ll}{1,3})(?: |$))+$/u.test(given) &&
    /^\p{Lu}.*[^.?!]$/u.test(given)
  )
}

function ask(says: string, where: Ask['where'], result: Ask['result']): Ask {
  return { form: new RegExp(`^(?:${says.replaceAll('W', nouns)})$`), where, result }
}

/** Letters of one word. Without a sign that a letter is meant, "how many g are in kg" asks for a thousand. */
function lettersOf(asked: string): string | null {
  const [, named, letter, plural, quoted, word] = inWord.exec(asked) ?? []
  if (letter === undefined || word === undefined) return null
  const isLetter = named ?? quoted ?? (plural === "'s" || (plural === 's' && word.length > 3))
  return isLetter ? operations.countLetter(letter, word) : null
}

/** Of a letter that stands alone in the text, one may mean the word. */
function unnamed(letter: string, within: string): string | null {
  const words = new Set(within.toLowerCase().split(/\P{L}+/u))
  return within === '' || words.has(letter.toLowerCase()) ? null : operations.countLetter(letter, within)
}

function lines(extract: (text: string) => readonly string[] | null): Ask['result'] {
  return (given) => extract(given)?.join('\n') ?? null
}

const sentence = /[.?!:]$|(?:\S+\s+){3}\S/

/** At a list's end, how it is to be done: "pear, apple, roughly". */
const manner =
  /ly$|mente$|^(?:please|bitte|danke|merci|gracias|ungefähr|gerundet|rückwärts|environ|arrondi|redondeado|pls|plz|thanks?|thx|too|though|etc|first|last|asc(?:ending)?|desc(?:ending)?|reversed?|backwards|now|(?:upper|lower)case|capitali[sz]ed?|numbered|sorted)$/i

/** Items by lines, or between commas behind a colon. A line below that is a sentence may be a part of the asking. */
function list(change: Many): Ask['result'] {
  return (given, _, where) => {
    const items = where === 'colon' ? given.split(/, */) : given.replace(/\n$/, '').split('\n')
    if (where !== 'fence' && items.some((item) => item.length > 200 || sentence.test(item))) return null
    const last = items.at(-1) ?? ''
    if (where !== 'fence' && manner.test(last)) return null
    // Several words below single ones may be a wish: "and sort them".
    if (where === 'below' && isPhrase(last) && items.findIndex(isPhrase) === items.length - 1) return null
    // What stands in brackets or between quotes is a list in a notation, whose parts these are not.
    if (/^\s*[[({]/.test(given)) return null
    if (where === 'colon' && (items.some(isPhrase) || notation.test(given) || !isParted(given, items)))
      return null
    return change(items)?.join(where === 'colon' ? ', ' : '\n') ?? null
  }
}

const notation = /["'`“”«»()[\]{};|]/

function isPhrase(item: string): boolean {
  return /\S\s+\S/.test(item)
}

/** By commas of one kind, of which none can part a number's thousands or its fraction. */
function isParted(given: string, items: readonly string[]): boolean {
  const tight = /,\S/.test(given)
  return !(tight && (given.includes(', ') || items.slice(1).some((item) => /^\d{3}$/.test(item))))
}

/** What is there to judge begins and ends as JSON does, and is one thing. */
function validity(given: string): string | null {
  if (formats.isDeep(given) || formats.isSeveral(given)) return null
  if (formats.isJson(given)) return /^\s*[[{]/.test(given) ? 'Yes' : null
  return /^\s*[[{][\s\S]*[\]}]\s*$/.test(given) ? 'No' : null
}
