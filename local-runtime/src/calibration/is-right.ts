/** Holds an answer against what is known to be right. */
import type { Check, Task } from './read-tasks.ts'

export function isRight(answer: string, { check, answers }: Pick<Task, 'check' | 'answers'>): boolean {
  return answers.some((wanted) => holds[check](answer, wanted))
}

const holds: Readonly<Record<Check, (answer: string, wanted: string) => boolean>> = {
  equals: (answer, wanted) => plain(answer) === plain(wanted),
  contains: (answer, wanted) => plain(answer).includes(plain(wanted)),
  // Whoever works something out ends with the result.
  number: (answer, wanted) => lastNumber(answer) === Number(wanted),
  choice: (answer, wanted) => chosen(answer) === wanted.toUpperCase(),
  matches: (answer, wanted) => new RegExp(wanted, 'iu').test(answer),
}

/** Without case, accents' spelling, runs of spaces, and what stands around it. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
}

function lastNumber(text: string): number | null {
  const found = text.match(/[-+−]?\d[\d,]*(?:\.\d+)?/gu)?.at(-1)
  return found === undefined ? null : Number(found.replaceAll(',', '').replace('−', '-'))
}

/** "B", "B)", "(b) because", "The answer is B." */
function chosen(text: string): string | null {
  const opening = /^[\s(["*]*([A-Za-z])(?![A-Za-z])/.exec(text)
  const named = /\b(?:answer|choice|option)\b[^A-Za-z]*(?:is\b)?[^A-Za-z]*([A-Za-z])(?![A-Za-z])/i.exec(text)
  return (named ?? opening)?.[1]?.toUpperCase() ?? null
}
