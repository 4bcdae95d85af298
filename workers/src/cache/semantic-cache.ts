/**
 * Answers kept for the same question in other words.
 *
 * A question is read into what carries its meaning, and found by an HMAC of that together with tenant, system prompt, tools, model
 * and all parameters: another tenant's or another prompt's question has another name before anything is compared. What is found is read and
 * compared word by word, in its roles, before it is believed. No vector is made, so a store learns nothing of a text, not even what it is like.
 *
 * One short question without history, public, is all that is looked at.
 *
 * @example
 * nearside({ cache: exactCache({ store, secret }), semantic: semanticCache({ store, secret }), … })
 */
import {
  type ChatRequest,
  canonicalJson,
  canonicalRequest,
  type JsonObject,
  type JsonValue,
  notFromCache,
  type Question,
  readQuestion,
  sameQuestion,
} from '@nearside/core'
import type { AnswerCache, CachedCall, CacheLayer, CacheTerms, KeptEntry } from '../options/answer-cache.ts'
import { openAnswerCache } from './answer-cache.ts'
import { type ExactCacheOptions, resolveExactCache } from './resolve-exact-cache.ts'
import { openShelf } from './shelf.ts'

export type SemanticCacheOptions = Pick<
  ExactCacheOptions,
  'store' | 'secret' | 'zone' | 'keepMs' | 'whenSampling' | 'lookupMs' | 'recheckMs' | 'answerLimitChars'
>

/** What is sealed: the question with its answer, so that what is found can be compared. */
type KeptQuestion = { readonly asked: string; readonly entry: KeptEntry }

export function semanticCache(given: SemanticCacheOptions): AnswerCache {
  const settings = resolveExactCache(given, 'semantic', fields)
  const { mostWaiting, waitMs } = settings
  return {
    kind: 'alike',
    open: (terms) => openSemanticLayer(settings, terms),
    carry: (layers, terms) => openAnswerCache(layers, terms, { mostWaiting, waitMs }),
  }
}

const fields: Readonly<Record<keyof SemanticCacheOptions, true>> = {
  store: true,
  secret: true,
  zone: true,
  keepMs: true,
  whenSampling: true,
  lookupMs: true,
  recheckMs: true,
  answerLimitChars: true,
}

function openSemanticLayer(settings: ReturnType<typeof resolveExactCache>, terms: CacheTerms): CacheLayer {
  const { store, keepMs, whenSampling } = settings
  const shelf = openShelf('alike', settings, terms)
  return {
    kind: 'alike',
    keepMs,
    mayKeep: ({ level }) => level === 'public',
    purge: shelf.purge,
    async view(call, host) {
      const other = notFromCache(call.request)
      if (call.wishes.privacy.level !== 'public' || other === 'acts') return null
      if (other === 'samples' && whenSampling === 'bypass') return null
      const asked = askedAlone(call.request)
      const question = asked === null ? null : readQuestion(asked)
      if (asked === null || question === null) return null
      const available = store.available?.(host) ?? true
      const { tenant } = call.account
      const name = available ? await shelf.nameOf(call, `${partitionOf(call)}\n${question.key}`) : null
      return {
        available,
        flight: null,
        find: async () => entryOf(await shelf.find(tenant, name), question),
        keep: (entry) => shelf.keep(tenant, name, JSON.stringify({ asked, entry } satisfies KeptQuestion)),
      }
    },
  }
}

/** It was sealed by this gateway under this name, so nobody else can have written it; but a name may stand for two questions. */
function entryOf(text: string | null, question: Question): KeptEntry | null {
  if (text === null) return null
  const { asked, entry } = JSON.parse(text) as KeptQuestion
  const kept = readQuestion(asked)
  return kept !== null && sameQuestion(question, kept) ? entry : null
}

/** The text of a conversation of one turn, where there is nothing else to it; null where there is. */
function askedAlone({ messages }: ChatRequest): string | null {
  const last = messages.at(-1)
  if (last === undefined || last.role !== 'user' || last.images + last.audio > 0) return null
  const others = messages.slice(0, -1)
  return others.every(({ role }) => role === 'system' || role === 'developer') ? last.text : null
}

/** All but the question itself that an answer depends on. */
function partitionOf({ request, wishes }: CachedCall): string {
  const { ask, quality, strategy, mayUse = null } = wishes
  const before = Array.isArray(request.body.messages) ? (request.body.messages as readonly JsonValue[]) : []
  const rest = canonicalRequest(request.body, ['messages'])
  const system = canonicalJson(before.slice(0, -1))
  // The last message may say more than its text: a name, fields that nobody here knows.
  const { content: _content, ...more } = (before.at(-1) ?? {}) as JsonObject
  return JSON.stringify([ask, quality, strategy, mayUse, rest, system, canonicalJson(more)])
}
