/** Follows the links: searches for a name, opens its page, notes where the link leads, and goes on from there. */
import type { Mending, Mind, Step, Thought } from './mind.ts'

type Hop = {
  readonly link: string
  readonly from: string
  /** What an own note or a correction says. */
  readonly noted: string | null
  /** What the page says, where it can be seen. */
  readonly source: string | null
  readonly former: string | null
}

export const searchMind: Mind = {
  knows: (task) => task.includes('Task search-'),
  think(task, text): Thought {
    const [start = '', ...links] = questionIn(task)
    const hops = follow(start, links, text)
    const last = hops.at(-1)
    const here = hops.find((hop) => known(hop) === null) ?? null
    const fresh = hops.find((hop) => hop.noted === null && hop.source !== null)
    const note = fresh === undefined ? undefined : noteOf(fresh.link, fresh.from, fresh.source ?? '')
    const claim = `Answer: ${known(last) ?? here?.from ?? start}`
    return {
      right:
        here === null ? { does: 'say', text: claim } : { ...lookUp(here.from, text), ...(note && { note }) },
      wrong: wrongSteps(here, fresh, text),
      claim,
      faults: hops.flatMap(({ link, from, noted, source }): Mending[] =>
        noted === null || source === null || noted === source
          ? []
          : [{ says: `Correction: the ${link} of "${from}" is "${source}".`, step: lookUp(source, text) }],
      ),
      facts: hops.flatMap((hop) => {
        const to = known(hop)
        return to === null ? [] : [noteOf(hop.link, hop.from, to)]
      }),
      plan: [
        `call search {"query":"${start}"}`,
        ...links.map((link) => `open the page and take the ${link} of today, not a former one`),
      ],
    }
  },
}

function questionIn(task: string): readonly string[] {
  const [, start = '', links = ''] =
    /start from "([^"]+)" and follow these links in order: ([\w, ]+)\./.exec(task) ?? []
  return [start, ...links.split(', ')]
}

function known(hop: Hop | undefined): string | null {
  return hop === undefined ? null : (hop.noted ?? hop.source)
}

function follow(start: string, links: readonly string[], text: string): readonly Hop[] {
  const hops: Hop[] = []
  let from: string | null = start
  for (const link of links) {
    if (from === null) break
    const noted = lastOf(text, `(?:Note|Correction): the ${link} of "${from}" is "([^"]+)"`)
    const source = lastOf(text, `The ${link} of "${from}" is "([^"]+)"`)
    const former = lastOf(text, `A former ${link} of "${from}" was "([^"]+)"`)
    hops.push({ link, from, noted, source, former })
    from = noted ?? source
  }
  return hops
}

function lastOf(text: string, pattern: string): string | null {
  return [...text.matchAll(new RegExp(pattern, 'g'))].at(-1)?.[1] ?? null
}

function lookUp(title: string, text: string): Step & { readonly does: 'call' } {
  const id = lastOf(text, `\\[(d\\d+)\\] "${title}"`)
  return id === null ? searchFor(title) : open(id)
}

const searchFor = (query: string) => ({ does: 'call', call: { name: 'search', given: { query } } }) as const
const open = (id: string) => ({ does: 'call', call: { name: 'open', given: { id } } }) as const
const noteOf = (link: string, from: string, to: string): string =>
  `Note: the ${link} of "${from}" is "${to}".`

function wrongSteps(here: Hop | null, fresh: Hop | undefined, text: string): readonly Step[] {
  const steps: Step[] = []
  if (fresh !== undefined && fresh.former !== null) {
    const { link, from, former } = fresh
    const note = noteOf(link, from, former)
    steps.push(
      here === null ? { does: 'say', text: `${note}\nAnswer: ${former}` } : { ...lookUp(former, text), note },
    )
  }
  if (here === null) return steps
  const others = [...text.matchAll(/\[(d\d+)\] "([^"]+)"/g)].filter(([, , title]) => title !== here.from)
  const other = others.at(-1)?.[1]
  if (other !== undefined) steps.push(open(other))
  steps.push(searchFor(`${here.link} of the year`))
  return steps
}
