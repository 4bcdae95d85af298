/**
 * Reads an operator's own price list: plain data in dollars a million tokens, the unit of every provider's page.
 *
 *     { "acme-large": { "contextTokens": 128000, "prices": [
 *       { "since": "2026-01-01", "prompt": 2.5, "cachedPrompt": 1.25, "output": 10,
 *         "longContext": { "above": 200000, "prompt": 5, "cachedPrompt": 2.5, "output": 15 } } ] } }
 *
 * A rate that is not whole in nano-dollars a token is rounded up, so a cap may be spent a little early and never
 * overspent. A cached rate that is not given is the prompt's: no discount is assumed. What is wrong is refused
 * with its path.
 */
import * as v from 'valibot'
import { NearsideError } from '../fault/nearside-error.ts'
import { lazily } from '../lazily/lazily.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import type { Price, Rates } from './price.ts'

// A million dollars a million tokens: beyond that somebody mixed up the unit.
const highestUsdPerMillion = 1_000_000

/** Made when a list is read: few have one, and every isolate would make it at its start. */
const listSchema = lazily(() => {
  const usdPerMillion = v.pipe(
    v.number('is a number of dollars a million tokens'),
    v.check(
      (dollars) => dollars >= 0 && dollars <= highestUsdPerMillion,
      `is dollars a million tokens, from 0 to ${highestUsdPerMillion}`,
    ),
  )

  const wholeTokens = v.pipe(
    v.number('is a whole number of tokens'),
    v.check((tokens) => Number.isSafeInteger(tokens) && tokens > 0, 'is a whole number of tokens from 1'),
  )

  const ratesFields = {
    prompt: usdPerMillion,
    cachedPrompt: v.optional(usdPerMillion),
    output: usdPerMillion,
  }

  const priceSchema = v.strictObject({
    since: v.pipe(v.string('is an ISO date'), v.check(isDay, 'is an ISO date such as 2026-01-31')),
    ...ratesFields,
    longContext: v.optional(v.strictObject({ above: wholeTokens, ...ratesFields })),
  })

  return v.record(
    v.pipe(
      v.string(),
      v.check((name) => name.trim() !== '', 'is the name of a model'),
    ),
    v.strictObject({
      contextTokens: v.optional(wholeTokens),
      prices: v.pipe(
        v.array(priceSchema, 'is a list of prices'),
        v.minLength(1, 'has at least one price'),
        v.check(
          (prices) => new Set(prices.map((price) => price.since)).size === prices.length,
          'has one price for a date',
        ),
      ),
    }),
  )
})

type Listed = v.InferOutput<ReturnType<typeof listSchema>>[string]

export function readPriceList(data: unknown, path = 'prices'): Catalogue {
  const read = v.safeParse(listSchema(), data)
  if (!read.success) throw wrong(read.issues[0], path)
  return new Map(Object.entries(read.output).map(([model, listed]) => [model, entryOf(listed)]))
}

function entryOf(listed: Listed): CatalogueEntry {
  const prices = listed.prices.map(priceFrom).sort((a, b) => (a.since < b.since ? -1 : 1))
  return { contextTokens: listed.contextTokens ?? null, prices: prices as [Price, ...Price[]] }
}

function priceFrom({ since, longContext, ...base }: Listed['prices'][number]): Price {
  return {
    since,
    ...ratesFrom(base),
    longContext: longContext ? { above: longContext.above, ...ratesFrom(longContext) } : null,
  }
}

function ratesFrom(listed: { prompt: number; cachedPrompt?: number | undefined; output: number }): Rates {
  return {
    prompt: nanoPerToken(listed.prompt),
    cachedPrompt: nanoPerToken(listed.cachedPrompt ?? listed.prompt),
    output: nanoPerToken(listed.output),
  }
}

// Rounded to a millionth first: 2.2 * 1000 is 2200.0000000000005 in binary, and must not become 2201.
function nanoPerToken(dollarsPerMillion: number): number {
  return Math.ceil(Math.round(dollarsPerMillion * 1e9) / 1e6)
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  // The engine normalises 2026-02-30 to March; a day that reads back as itself exists.
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
}

function wrong(issue: v.BaseIssue<unknown>, path: string): NearsideError {
  const keys = (issue.path ?? []).map((item) =>
    typeof item.key === 'number' ? `[${item.key}]` : `.${String(item.key)}`,
  )
  const param = `${path}${keys.join('')}`
  return new NearsideError('bad-options', `${param} ${meaning(issue)}`, { param })
}

function meaning(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? 'is not a field; there are since, prompt, cachedPrompt, output, longContext, above, prices, contextTokens'
      : issue.received === 'undefined'
        ? 'is missing'
        : `is an object, but was ${issue.received}`
  }
  if (issue.type === 'record') return `is an object of prices by model, but was ${issue.received}`
  return `${issue.message}, but was ${issue.received}`
}
