/**
 * One example to learn from: a conversation that ends with a request, and the answer to it.
 *
 * Requests are varied beyond what is likely, because the model must stay on its feet whatever is typed: other
 * turns before, a system message, text in front, pages of noise.
 */
import { between, chance, pick, type Random } from '../network/random.ts'
import { type RequestKind, requestKinds, sampleAnswer } from './answers.ts'
import { code, number, repetition, rubbish, scriptText, sentences, word } from './noise.ts'
import { foreignPhrases, hellos, requests, systemMessages, things, tongues } from './read-corpus.ts'

export type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

export type Example = {
  readonly kind: RequestKind
  readonly messages: readonly Message[]
  readonly answer: string
}

/** An example with so little noise stands alone: no system message, no turns before. */
const BARE_WORDS = 4

/** `words` bounds the length of the noise that a conversation may carry. */
export function sampleExample(random: Random, words: number): Example {
  const kind = pick(random, requestKinds)
  const messages: Message[] = []
  const bare = words <= BARE_WORDS
  if (!bare && chance(random, 0.3)) messages.push({ role: 'system', content: systemMessage(random, words) })
  for (let turns = !bare && chance(random, 0.2) ? between(random, 1, 3) : 0; turns > 0; turns--) {
    const before = pick(random, requestKinds)
    messages.push({ role: 'user', content: request(before, random, between(random, 2, 12)) })
    messages.push({ role: 'assistant', content: formerAnswer(before, random) })
  }
  messages.push({ role: 'user', content: request(kind, random, words) })
  return { kind, messages, answer: sampleAnswer(kind, random) }
}

function systemMessage(random: Random, words: number): string {
  if (chance(random, 0.6)) return pick(random, systemMessages)
  return `${pick(random, systemMessages)} ${sentences(random, between(random, 1, words))}`
}

function formerAnswer(kind: RequestKind, random: Random): string {
  return chance(random, 0.6) ? sampleAnswer(kind, random) : sentences(random, between(random, 1, 30))
}

function request(kind: RequestKind, random: Random, words: number): string {
  const template = pick(random, requests.get(kind)!)
  let text = template.replace(/\{([^}]*)\}/g, (_, place: string) => filling(place, random, words)).trim()
  // What people type around a request does not change its kind.
  if (kind !== 'foreign' && kind !== 'other') {
    if (chance(random, 0.15)) text = pick(random, ['please ', 'hey, ', 'ok, ', 'so ', 'now ']) + text
    if (chance(random, 0.05)) text = `${sentences(random, between(random, 1, 12))} ${text}`
    if (chance(random, 0.015)) text = `${text} ${repetition(random)}`
    if (chance(random, 0.015)) text = `${repetition(random)} ${text}`
    if (chance(random, 0.1))
      text = `${text} ${pick(random, ['please', 'thanks in advance', 'asap', 'now', 'quickly', 'in detail'])}`
  }
  if (chance(random, 0.1)) text = text.replace(/[?.!]+$/, '')
  return text
}

function filling(place: string, random: Random, words: number): string {
  const some = between(random, 1, words)
  switch (place) {
    case 'hello':
      return pick(random, hellos)
    case 'thing':
      return chance(random, 0.6) ? pick(random, things) : `${word(random)} ${word(random)}`
    case 'tongue':
      return pick(random, tongues)
    case 'number':
      return number(random)
    case 'code':
      return code(random, Math.ceil(some / 12))
    case 'foreign':
      return chance(random, 0.7) ? pick(random, foreignPhrases) : scriptText(random, Math.min(some, 60))
    case 'script':
      return scriptText(random, some)
    case 'repetition':
      return repetition(random)
    case 'noise':
      return rubbish(random, some)
    case 'text':
      return chance(random, 0.8)
        ? sentences(random, some)
        : chance(random, 0.5)
          ? rubbish(random, some)
          : `"${sentences(random, some)}"`
    default:
      return pick(random, place.split('|'))
  }
}
