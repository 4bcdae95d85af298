/**
 * Takes the asking off a question: "can you tell me what is … , please?" leaves the sum.
 *
 * How it was asked is kept, for a sign may be doubtful: "calculate 24/7" is a division, "24/7" is not.
 */
import type { Token } from './tokens.ts'

/** `told`: a command, or an equals sign. `asked`: "what is". `bare`: nothing around the sum. */
export type Manner = 'told' | 'asked' | 'bare'

export type Asking = {
  readonly sum: readonly Token[]
  readonly manner: Manner
  /** English words stood around the sum, so its dots and commas are English ones. */
  readonly english: boolean
}

type Frame = {
  readonly opens: readonly string[]
  readonly closes: readonly string[]
  readonly manner: Manner
}

const courtesies = [
  'can you please tell me',
  'could you please tell me',
  'can you tell me',
  'could you tell me',
  'please tell me',
  'can you please',
  'could you please',
  'please can you',
  'please could you',
  'can you',
  'could you',
  'tell me',
  'please',
  '',
].map(words)

/** The first that fits is taken, so longer ones stand before those they begin with. */
const frames: readonly Frame[] = [
  told('calculate the value of'),
  told('calculate'),
  told('compute'),
  told('evaluate the expression'),
  told('evaluate'),
  told('find'),
  told('solve'),
  told('work out'),
  told('how much is'),
  told('what is the result of'),
  told('what is the value of'),
  told('what is the answer to'),
  told('what do you get if you'),
  told('what do you get when you'),
  told('what does', 'equal'),
  told('what does', 'make'),
  told('what do', 'make'),
  told('what is', 'equal to'),
  { opens: words('what is'), closes: [], manner: 'asked' },
  told('', 'equals'),
  { opens: [], closes: [], manner: 'bare' },
]

export function readAsking(tokens: readonly Token[]): Asking {
  const { rest, equals } = withoutEnding(tokens)
  const courtesy = courtesies.find((each) => begins(rest, each)) ?? []
  const polite = rest.slice(courtesy.length)
  for (const { opens, closes, manner } of frames) {
    if (!begins(polite, opens) || !ends(polite, closes)) continue
    const sum = polite.slice(opens.length, polite.length - closes.length)
    return { sum, manner: equals ? 'told' : manner, english: opens.length + closes.length > 0 }
  }
  return { sum: polite, manner: 'bare', english: false }
}

/** Takes off `please`, a final dot, question marks and one equals sign: "… =", "… = ?", "…, please?" */
function withoutEnding(tokens: readonly Token[]): { rest: readonly Token[]; equals: boolean } {
  let end = tokens.length
  const last = (): string | undefined => tokens[end - 1]?.text
  if (last() === '.') end--
  else while (last() === '?') end--
  if (last() === 'please') {
    end--
    if (last() === ',') end--
  }
  while (last() === '?') end--
  const equals = last() === '='
  return { rest: tokens.slice(0, equals ? end - 1 : end), equals }
}

function told(opens: string, closes = ''): Frame {
  return { opens: words(opens), closes: words(closes), manner: 'told' }
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

function begins(tokens: readonly Token[], said: readonly string[]): boolean {
  return said.every((word, i) => tokens[i]?.text === word)
}

function ends(tokens: readonly Token[], said: readonly string[]): boolean {
  return said.every((word, i) => tokens[tokens.length - said.length + i]?.text === word)
}
