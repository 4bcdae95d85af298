/**
 * Does what is asked with a text that the prompt gives, where the asking is understood to its last word.
 *
 * One table: how it is asked, with `§` for the given text, where that text may stand, and what is done. `(?:…)` groups of
 * courtesy stand in `W`, which takes "the following text" and its like.
 */
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

const asks: readonly Ask[] = [
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
    'how many times does (?:the )?(?:letter |word |character )?§ (?:appear|occur) in W§',
    ['quotes'],
    (part, text) => (text === '' || /\s/.test(part) ? null : occurrences(part, text)),
  ),
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
  ask('(?:trim|remove (?:the )?leading and trailing (?:white ?space|spaces) from) W§', marked, (text) =>
    text.trim(),
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
  ask(
    '(?:base64[ -]encode|encode W§ (?:in|to|as) base64|what is § in base64) ?W§?',
    marked,
    formats.toBase64,
  ),
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
]

const inWord =
  /^how many (?:letter )?"?([a-z])"?(?:'s|(?<![aisu])s)? (?:are|are there) in (?:the word )?([a-z]{2,40})$/

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
    if (texts.length === 0) {
      const [, letter, word] = inWord.exec(asked) ?? []
      return letter === undefined || word === undefined ? null : operations.countOccurrences(letter, word)
    }
    const one = asks.find((each) => each.where.includes(where) && each.form.test(asked))
    const places = asked.split('§').length - 1
    if (one === undefined || places !== texts.length || texts[0] === '') return null
    if (counted.test(asked) && isTitle(texts[0] ?? '')) return null
    return one.result(texts[0] ?? '', texts[1] ?? '', where) || null
  },
})

const counted = /^(?:how many|count).* in §$/

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

/** Of a part of a longer word one may mean the words only, unless it is a letter. */
function occurrences(part: string, within: string): string | null {
  return /^[a-z]$/i.test(part) ? operations.countOccurrences(part, within) : null
}

function lines(extract: (text: string) => readonly string[] | null): Ask['result'] {
  return (given) => extract(given)?.join('\n') ?? null
}

const sentence = /[.?!:]$|(?:\S+\s+){3}\S/

/** Behind a list's last comma, how it is to be done: "pear, apple, roughly". */
const manner =
  /ly$|^(?:please|thanks?|too|though|etc|first|last|ascending|descending|reversed|backwards|now)$/i

/** Items by lines, or between commas behind a colon. A line below that is a sentence may be a part of the asking. */
function list(change: Many): Ask['result'] {
  return (given, _, where) => {
    const items = where === 'colon' ? given.split(/, */) : given.replace(/\n$/, '').split('\n')
    if (where !== 'fence' && items.some((item) => item.length > 200 || sentence.test(item))) return null
    if (
      where === 'colon' &&
      (items.some((item) => /\s/.test(item.trim())) || manner.test(items.at(-1) ?? ''))
    )
      return null
    return change(items)?.join(where === 'colon' ? ', ' : '\n') ?? null
  }
}

/** What is there to judge begins and ends as JSON does. */
function validity(given: string): string | null {
  if (formats.isDeep(given)) return null
  if (formats.isJson(given)) return /^\s*[[{]/.test(given) ? 'Yes' : null
  return /^\s*[[{][\s\S]*[\]}]\s*$/.test(given) ? 'No' : null
}
