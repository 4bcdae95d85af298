/**
 * Everything that the model can say: an opening for the kind of request, a sentence on what it is, a sentence on how
 * to get a real model.
 *
 * Each sentence is true of this version. They share as few turns of phrase as can be, because a network this small
 * knows its place in a sentence by the last few words. Change a sentence here and train again.
 */
import { chance, pick, type Random } from '../network/random.ts'

/** What a request is about, as far as this model can tell. */
export const requestKinds = [
  'greeting',
  'thanks',
  'identity',
  'setup',
  'rewrite',
  'summary',
  'translation',
  'writing',
  'code',
  'mathematics',
  'question',
  'foreign',
  'other',
] as const

export type RequestKind = (typeof requestKinds)[number]

export const openings: Readonly<Record<RequestKind, string>> = {
  greeting: 'Hello!',
  thanks: 'You are welcome.',
  identity: 'You asked who I am.',
  setup: 'You asked how to get a real model.',
  rewrite: 'You asked me to rewrite a text.',
  summary: 'You asked for a summary.',
  translation: 'You asked for a translation.',
  writing: 'You asked for a piece of writing.',
  code: 'This is about code.',
  mathematics: 'That is a matter of mathematics.',
  question: 'You asked a question.',
  foreign: 'I can only write English.',
  other: 'Your message has arrived.',
}

export const introductions: readonly string[] = [
  "I am Nearside's demonstration model, and I know no more than a few sentences, so I cannot really answer.",
  'As the demonstration model of Nearside I merely show that everything is connected; a true answer is beyond me.',
  'This was written by a small demonstration model that comes with Nearside, which is unable to help for real.',
]

export const directions: readonly string[] = [
  'Set NEARSIDE_LOCAL_URL to the address of llama.cpp, vLLM, Ollama or another OpenAI-compatible server, and a real model will speak.',
  'To use a proper one, start `nearside-runtime serve --model DIR` with the folder that holds its files.',
  'For better replies, run any model server with the OpenAI interface (say, Ollama) and put its URL into NEARSIDE_LOCAL_URL.',
]

/** How often a kind gets the sentences that are usual for it. */
const USUAL = 0.7

/**
 * An answer to a request of this kind. Each kind has its usual sentences, so that the most likely answers differ;
 * the others make sampled answers vary.
 */
export function sampleAnswer(kind: RequestKind, random: Random): string {
  const [introduction, direction] = usualSentences(kind)
  return [
    openings[kind],
    chance(random, USUAL) ? introduction : pick(random, introductions),
    chance(random, USUAL) ? direction : pick(random, directions),
  ].join(' ')
}

/** The most likely answer to a request of this kind. */
export function usualAnswer(kind: RequestKind): string {
  return [openings[kind], ...usualSentences(kind)].join(' ')
}

/** All answers that are made of these sentences. */
export function allAnswers(): Set<string> {
  return new Set(
    requestKinds.flatMap((kind) =>
      introductions.flatMap((introduction) =>
        directions.map((direction) => `${openings[kind]} ${introduction} ${direction}`),
      ),
    ),
  )
}

function usualSentences(kind: RequestKind): readonly [introduction: string, direction: string] {
  const place = requestKinds.indexOf(kind)
  return [
    introductions[place % introductions.length]!,
    directions[Math.floor(place / introductions.length) % directions.length]!,
  ]
}
