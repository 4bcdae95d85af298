/**
 * A search over two to four hops: each page tells where to look next, and nothing tells whether the way was right.
 *
 * The state lies in the conversation alone: what was found and is forgotten must be found again.
 */
import { between, drawFor, pick } from '../draw.ts'
import { type Corpus, corpusOf, links } from './corpus.ts'
import { answerIn, type Environment, type Task, type Tool, unknownTool } from './environment.ts'

const tools: readonly Tool[] = [
  {
    name: 'search',
    description: 'Finds pages by words of their titles and texts; says their ids and titles.',
    parameters: { query: { type: 'string' } },
  },
  { name: 'open', description: 'Opens the page with this id.', parameters: { id: { type: 'string' } } },
]

export const search: Environment = {
  name: 'search',
  tools,
  tasks(seed, count) {
    const corpus = corpusOf(seed)
    return Array.from({ length: count }, (_, i) => taskOf(seed, i, corpus))
  },
}

function taskOf(seed: number, position: number, corpus: Corpus): Task {
  const id = `search-${seed}-${position}`
  const draw = drawFor(id)
  const hops = links.slice(0, between(2, 4, draw))
  const start = pick(corpus.people, draw)
  const expected = hops.reduce((at, link) => corpus.follow(at, link), start)
  return {
    id,
    prompt: `Task ${id}: start from "${start}" and follow these links in order: ${hops.join(', ')}. Only what holds today counts, nothing former. Look it up in the encyclopaedia. Then say "Answer: " and the one name that the last link leads to.`,
    expected,
    fewestCalls: 2 * hops.length,
    open: () => ({
      call(tool, given) {
        if (tool === 'search') {
          const found = corpus.search(String(given.query ?? ''))
          if (found.length === 0) return 'Nothing was found.'
          return found.map((page) => `[${page.id}] "${page.title}": ${page.text.slice(0, 160)} …`).join('\n')
        }
        if (tool !== 'open') return unknownTool(tool, tools)
        const page = corpus.pages.find((each) => each.id === given.id)
        return page === undefined
          ? `There is no page ${String(given.id)}.`
          : `Page [${page.id}] "${page.title}":\n${page.text}`
      },
      done: (lastWords) => answerIn(lastWords) === expected,
    }),
  }
}
