/**
 * Text without meaning: invented words, sentences, code, data, other scripts, rubbish.
 *
 * A prompt may hold anything, and it must not throw the model off; so most of what it sees in training is new to it.
 */
import { between, chance, pick, type Random } from '../network/random.ts'
import { words } from './read-corpus.ts'

const CONSONANTS = 'bcdfghjklmnpqrstvwxyz'
const VOWELS = 'aeiou'
const MARKS = '.,;:!?-_/\\|()[]{}<>"\'`~@#$%^&*+='

/** First and last code point of stretches of many scripts. */
const scripts: readonly (readonly [first: number, last: number])[] = [
  [0x4e00, 0x9fa0],
  [0x4e00, 0x6500],
  [0x3041, 0x3094],
  [0x30a1, 0x30f4],
  [0xac00, 0xd7a0],
  [0x0410, 0x044f],
  [0x0410, 0x044f],
  [0x0391, 0x03c9],
  [0x05d0, 0x05ea],
  [0x0621, 0x064a],
  [0x0905, 0x0939],
  [0x0e01, 0x0e30],
  [0x10d0, 0x10f0],
  [0x0985, 0x09b9],
]

export function number(random: Random): string {
  const size = pick(random, [10, 100, 1_000, 10_000])
  const whole = between(random, 0, size)
  return chance(random, 0.15) ? `${whole}.${between(random, 1, 99)}` : String(whole)
}

/** A word that may or may not exist. */
export function word(random: Random): string {
  return chance(random, 0.6) ? pick(random, words) : inventedWord(random)
}

function inventedWord(random: Random): string {
  let text = ''
  for (let syllables = between(random, 1, 4); syllables > 0; syllables--) {
    text += CONSONANTS[between(random, 0, 20)]! + VOWELS[between(random, 0, 4)]!
    if (chance(random, 0.4)) text += CONSONANTS[between(random, 0, 20)]!
  }
  return chance(random, 0.2) ? text[0]!.toUpperCase() + text.slice(1) : text
}

export function sentences(random: Random, wordCount: number): string {
  let text = ''
  let begins = true
  for (let count = 0; count < wordCount; count++) {
    const next = word(random)
    text += begins ? next[0]!.toUpperCase() + next.slice(1) : next
    begins = chance(random, 0.12)
    text += begins ? pick(random, ['. ', '. ', '? ', '.\n', ', ']) : ' '
  }
  return text.trim()
}

/** Letters of one script in words of a few. */
export function scriptText(random: Random, length: number): string {
  const [first, last] = pick(random, scripts)
  let text = ''
  for (let index = 0; index < length; index++) {
    text += String.fromCodePoint(between(random, first, last))
    if (chance(random, 0.15)) text += pick(random, [' ', ' ', '，', '。', ', ', '؟'])
  }
  return text.trim()
}

export function code(random: Random, lines: number): string {
  const name = (): string => inventedWord(random).toLowerCase()
  const line = pick(random, [
    () => `def ${name()}(${name()}):\n    return ${name()} + ${number(random)}`,
    () => `for ${name()} in range(${number(random)}):\n    print(${name()})`,
    () => `function ${name()}(${name()}, ${name()}) { return ${name()}.map((x) => x * ${number(random)}) }`,
    () => `const ${name()} = await fetch("${name()}/${name()}")`,
    () => `import ${name()} from '${name()}';`,
    () => `SELECT ${name()}, ${name()} FROM ${name()} WHERE ${name()} = ${number(random)};`,
    () => `if (${name()} == null) { throw new Error("${name()}"); }`,
    () => `public static void ${name()}(String[] args) { System.out.println(${name()}); }`,
    () => `let mut ${name()}: Vec<u32> = Vec::new();`,
    () => `<div class="${name()}"><p>${name()}</p></div>`,
    () => `#include <${name()}.h>\nint main() { return ${number(random)}; }`,
  ])
  const text = Array.from({ length: lines }, line).join('\n')
  return chance(random, 0.4) ? `\`\`\`\n${text}\n\`\`\`` : text
}

/**
 * One thing over and over, from a few times to a thousand. Hundreds of equal tokens draw attention to themselves by
 * their number alone, and the model has to learn to look past them.
 */
export function repetition(random: Random): string {
  const one = pick(random, [
    () => String.fromCharCode(between(random, 33, 126)),
    () => 'aeiouhx?!.0- '[between(random, 0, 12)]!,
    () => `${word(random)} `,
    () => `${pick(random, words)} `,
    () => rubbish(random, 1),
    () => scriptText(random, 1),
  ])()
  const bytes = pick(random, [8, 16, 32, 64, 128, 256, 512]) * (1 + random())
  return one.repeat(Math.ceil(bytes / Buffer.byteLength(one)))
}

/** Whatever nobody would type, and somebody will. */
export function rubbish(random: Random, length: number): string {
  const one = pick(random, [
    () => MARKS[between(random, 0, MARKS.length - 1)]!,
    () => String.fromCharCode(between(random, 32, 126)),
    () => String.fromCodePoint(between(random, 0xa1, 0x24ff)),
    () =>
      String.fromCodePoint(
        pick(random, [between(random, 0x1f300, 0x1f64f), between(random, 0x1f680, 0x1faf0)]),
      ),
    () => String.fromCodePoint(between(random, 0x2500, 0x2bff)),
    () => `${number(random)},`,
    () => `"${inventedWord(random)}": ${number(random)}, `,
    () => `${inventedWord(random)} `.toUpperCase(),
    () => `${number(random)} `,
    () => pick(random, ['\n', ' ', '\t', '-', '\u00a0', '<', '{', '}', '\0', '\u200b', '\ufffd']),
  ])
  const first = one()
  const same = chance(random, 0.25)
  return Array.from({ length }, () => (same ? first : one())).join('')
}
