/**
 * A small invented encyclopaedia: people, companies and cities, each with a page that links it to another.
 *
 * Each link stands in one sentence, and beside it one that looks alike and is no longer true. Names share words, so a
 * search finds neighbours as well.
 */
import { type Draw, drawFor, pick, shuffle } from '../draw.ts'
import { fillerOf } from './filler.ts'
import { newName } from './names.ts'

export type Page = { readonly id: string; readonly title: string; readonly text: string }

export type Corpus = {
  readonly pages: readonly Page[]
  readonly people: readonly string[]
  /** What `link` leads to from `title`. */
  follow(title: string, link: Link): string
  /** The pages whose titles and texts have the most words of the query, best first. */
  search(query: string): readonly Page[]
}

/** One after the other, they lead from a person to a person's birthplace and on: each chain begins at its start. */
export const links = ['employer', 'seat', 'mayor', 'birthplace'] as const
export type Link = (typeof links)[number]

export function corpusOf(seed: number): Corpus {
  const draw = drawFor('corpus', seed)
  const taken = new Set<string>()
  const firsts = Array.from({ length: 14 }, () => newName(draw, taken))
  const lasts = Array.from({ length: 14 }, () => newName(draw, taken))
  const people = paired(firsts, lasts, 60, draw)
  const companies = paired(lasts, ['Shipping', 'Trading', 'Mills', 'Works', 'Press'], 40, draw)
  const cities = Array.from({ length: 30 }, () => newName(draw, taken, (word) => `${word}burg`))

  const led = new Map<string, string>()
  const pages = [
    ...people.map((name) => [name, [link('employer', companies), link('birthplace', cities)]] as const),
    ...companies.map((name) => [name, [link('seat', cities)]] as const),
    ...cities.map((name) => [name, [link('mayor', people)]] as const),
  ].map(([title, made], i): Page => {
    const facts = made.flatMap((make) => make(title))
    return { id: `d${i + 1}`, title, text: `${fillerOf(900, draw)} ${shuffle(facts, draw).join(' ')}` }
  })

  function link(name: Link, targets: readonly string[]): (from: string) => readonly string[] {
    return (from) => {
      const [now, before] = [pick(targets, draw), pick(targets, draw)]
      led.set(`${name}/${from}`, now)
      const old = before === now ? [] : [`A former ${name} of "${from}" was "${before}".`]
      return [`The ${name} of "${from}" is "${now}".`, ...old]
    }
  }

  const wordsOf = new Map(pages.map((page) => [page.id, new Set(words(page.text))]))
  return {
    pages,
    people,
    follow(title, by) {
      const to = led.get(`${by}/${title}`)
      if (to === undefined) throw new RangeError(`${title} has no ${by}.`)
      return to
    },
    search(query) {
      const asked = words(query)
      const score = (page: Page): number => {
        const title = words(page.title)
        const text = wordsOf.get(page.id)
        return asked.reduce((sum, word) => sum + (title.includes(word) ? 10 : text?.has(word) ? 1 : 0), 0)
      }
      return pages
        .map((page) => ({ page, score: score(page) }))
        .filter((found) => found.score > 0)
        .sort((a, b) => b.score - a.score || a.page.title.localeCompare(b.page.title, 'en'))
        .slice(0, 5)
        .map((found) => found.page)
    },
  }
}

function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? []
}

function paired(a: readonly string[], b: readonly string[], count: number, draw: Draw): readonly string[] {
  const all = a.flatMap((first) => b.map((second) => `${first} ${second}`))
  return shuffle(all, draw).slice(0, count)
}
