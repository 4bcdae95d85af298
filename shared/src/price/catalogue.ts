/**
 * What well-known models cost, by date, as their providers list it.
 *
 * Each entry is a provider's own list price for text and images at the standard service tier, read in November 2026. A discount,
 * a reseller, a regional surcharge or a faster tier has another price: the operator's own list goes before this
 * one. A name is matched letter for letter. Dated snapshots are listed one by one and never guessed from their
 * family's name: `gpt-4o-2024-05-13` costs twice what `gpt-4o` costs. A model that is not here has no price,
 * and what has no price is refused where money is counted.
 */
import type { Price, Rates } from './price.ts'

export type CatalogueEntry = {
  /** Tokens that prompt and answer may take together. */
  readonly contextTokens: number | null
  /** In the order of their dates. */
  readonly prices: readonly [Price, ...Price[]]
}

export type Catalogue = ReadonlyMap<string, CatalogueEntry>

/** Dollars a million tokens: prompt, cached prompt, output. */
type Listed = readonly [prompt: number, cachedPrompt: number, output: number]

// A thousand nano-dollars a token are a dollar a million. Every listed price is whole in nano-dollars; the rounding
// only takes the binary fraction away.
function rates([prompt, cachedPrompt, output]: Listed): Rates {
  return {
    prompt: Math.round(prompt * 1_000),
    cachedPrompt: Math.round(cachedPrompt * 1_000),
    output: Math.round(output * 1_000),
  }
}

function since(day: string, listed: Listed, above?: number, longListed?: Listed): Price {
  const longContext = above === undefined || longListed === undefined ? null : { above, ...rates(longListed) }
  return { since: day, ...rates(listed), longContext }
}

type Row = readonly [names: readonly string[], contextTokens: number, ...prices: [Price, ...Price[]]]

const rows: readonly Row[] = [
  // OpenAI
  [['gpt-3.5-turbo', 'gpt-3.5-turbo-0125'], 16_385, since('2024-02-16', [0.5, 0.5, 1.5])],
  [['gpt-4-turbo', 'gpt-4-turbo-2024-04-09'], 128_000, since('2024-04-09', [10, 10, 30])],
  [['gpt-4o-2024-05-13'], 128_000, since('2024-05-13', [5, 5, 15])],
  [['gpt-4o'], 128_000, since('2024-10-02', [2.5, 1.25, 10])],
  [['gpt-4o-2024-08-06'], 128_000, since('2024-10-01', [2.5, 1.25, 10])],
  [['gpt-4o-2024-11-20'], 128_000, since('2024-11-20', [2.5, 1.25, 10])],
  [['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'], 128_000, since('2024-10-01', [0.15, 0.075, 0.6])],
  [['gpt-4.1', 'gpt-4.1-2025-04-14'], 1_047_576, since('2025-04-14', [2, 0.5, 8])],
  [['gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'], 1_047_576, since('2025-04-14', [0.4, 0.1, 1.6])],
  [['gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14'], 1_047_576, since('2025-04-14', [0.1, 0.025, 0.4])],
  [['o1', 'o1-2024-12-17'], 200_000, since('2024-12-17', [15, 7.5, 60])],
  [['o3-mini', 'o3-mini-2025-01-31'], 200_000, since('2025-01-31', [1.1, 0.55, 4.4])],
  [['o3', 'o3-2025-04-16'], 200_000, since('2025-04-16', [10, 2.5, 40]), since('2025-06-10', [2, 0.5, 8])],
  [['o4-mini', 'o4-mini-2025-04-16'], 200_000, since('2025-04-16', [1.1, 0.275, 4.4])],
  [['gpt-5', 'gpt-5-2025-08-07'], 400_000, since('2025-08-07', [1.25, 0.125, 10])],
  [['gpt-5-chat-latest'], 128_000, since('2025-08-07', [1.25, 0.125, 10])],
  [['gpt-5-mini', 'gpt-5-mini-2025-08-07'], 400_000, since('2025-08-07', [0.25, 0.025, 2])],
  [['gpt-5-nano', 'gpt-5-nano-2025-08-07'], 400_000, since('2025-08-07', [0.05, 0.005, 0.4])],
  [['gpt-5.1', 'gpt-5.1-2025-11-13'], 400_000, since('2025-11-13', [1.25, 0.125, 10])],
  [['gpt-5.2', 'gpt-5.2-2025-12-11'], 400_000, since('2025-12-11', [1.75, 0.175, 14])],
  [['gpt-5.4'], 1_050_000, since('2026-03-05', [2.5, 0.25, 15], 272_000, [5, 0.5, 22.5])],

  // OpenAI's embeddings, which have no output; an input may have so many tokens.
  [['text-embedding-ada-002'], 8_192, since('2023-06-13', [0.1, 0.1, 0])],
  [['text-embedding-3-small'], 8_192, since('2024-01-25', [0.02, 0.02, 0])],
  [['text-embedding-3-large'], 8_192, since('2024-01-25', [0.13, 0.13, 0])],

  // Google, through its OpenAI-compatible endpoint. Audio costs more and is not covered.
  [['gemini-2.5-pro'], 1_048_576, since('2025-06-17', [1.25, 0.125, 10], 200_000, [2.5, 0.25, 15])],
  [['gemini-2.5-flash'], 1_048_576, since('2025-06-17', [0.3, 0.03, 2.5])],
  [['gemini-2.5-flash-lite'], 1_048_576, since('2025-07-22', [0.1, 0.01, 0.4])],

  // Anthropic, through its OpenAI-compatible endpoint, which writes no cache.
  [['claude-haiku-4-5', 'claude-haiku-4-5-20251001'], 200_000, since('2025-10-15', [1, 0.1, 5])],
  [['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'], 200_000, since('2025-09-29', [3, 0.3, 15])],
  [['claude-opus-4-5', 'claude-opus-4-5-20251101'], 200_000, since('2025-11-24', [5, 0.5, 25])],
]

export const catalogue: Catalogue = new Map(
  rows.flatMap(([names, contextTokens, ...prices]) =>
    names.map((name): [string, CatalogueEntry] => [name, { contextTokens, prices }]),
  ),
)
