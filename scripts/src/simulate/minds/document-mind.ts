/** Adds up: finds the sections that name a depot, reads them all, notes its figure, and goes on to the next depot. */
import type { Mending, Mind, Step, Thought } from './mind.ts'

type Depot = {
  readonly name: string
  readonly noted: number | null
  /** The last word of the sections that can be seen. */
  readonly source: number | null
  readonly before: number | null
  /** Null until they were looked for. */
  readonly sections: readonly number[] | null
  readonly unread: readonly number[]
}

export const documentMind: Mind = {
  knows: (task) => task.includes('Task document-'),
  think(task, text): Thought {
    const depots = namesIn(task).map((name) => readDepot(name, text))
    const fresh = depots.find(
      ({ noted, sections, unread }) => noted === null && sections !== null && unread.length === 0,
    )
    const note = fresh?.source == null ? undefined : noteOf(fresh.name, fresh.source)
    const open = depots.find((depot) => depot.noted === null && depot !== fresh)
    const sum = depots.reduce((total, { noted, source }) => total + (noted ?? source ?? 0), 0)
    const claim = `Answer: ${sum}`
    return {
      right:
        open === undefined
          ? { does: 'say', text: claim }
          : { ...lookUp(open), ...(note === undefined ? {} : { note }) },
      wrong: wrongSteps(open, fresh, sum),
      claim,
      faults: depots.flatMap(faultsOf),
      facts: depots.flatMap((depot) => {
        if (depot.noted !== null) return [noteOf(depot.name, depot.noted)]
        return depot === fresh && depot.source !== null ? [noteOf(depot.name, depot.source)] : []
      }),
      plan: depots.map(
        ({ name }) => `call find {"words":"depot \\"${name}\\""} and read all of its sections`,
      ),
    }
  },
}

function faultsOf({ name, noted, source, unread }: Depot): readonly Mending[] {
  if (noted === null) return []
  const [section] = unread
  if (section !== undefined) {
    return [{ says: `Section ${section} names depot "${name}" and was not read.`, step: read(section) }]
  }
  return source === null || noted === source
    ? []
    : [{ says: `Correction of a note: depot "${name}" held ${source}.`, step: null }]
}

function namesIn(task: string): readonly string[] {
  const [, list = ''] = /at the end of the year: ([^?]+)\?/.exec(task) ?? []
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)
}

function readDepot(name: string, text: string): Depot {
  const last = (pattern: string): number | null => {
    const found = [...text.matchAll(new RegExp(pattern, 'g'))].at(-1)?.[1]
    return found === undefined ? null : Number(found)
  }
  const listed = [
    ...text.matchAll(new RegExp(`"depot "${name}"" stands in \\d+ of \\d+ sections: ([\\d, ]+)`, 'g')),
  ]
  const sections = listed.at(-1)?.[1]?.split(', ').map(Number) ?? null
  return {
    name,
    noted: last(`(?:Note|Correction of a note): depot "${name}" held (\\d+)`),
    source:
      last(`Correction: at the end of the year depot "${name}" held (\\d+)`) ??
      last(`of the year depot "${name}" held (\\d+)`),
    before: last(`depot "${name}" held \\d+ crates\\. The year before, it was (\\d+)`),
    sections,
    unread: sections?.filter((section) => !text.includes(`Section ${section}:`)) ?? [],
  }
}

function lookUp({ name, sections, unread }: Depot): Step & { readonly does: 'call' } {
  const section = unread[0]
  return sections === null || section === undefined ? find(`depot "${name}"`) : read(section)
}

const find = (words: string) => ({ does: 'call', call: { name: 'find', given: { words } } }) as const
const read = (section: number) => ({ does: 'call', call: { name: 'read', given: { section } } }) as const
const noteOf = (name: string, held: number): string => `Note: depot "${name}" held ${held}.`

function wrongSteps(open: Depot | undefined, fresh: Depot | undefined, sum: number): readonly Step[] {
  if (open === undefined) return [{ does: 'say', text: `Answer: ${sum + 10}` }]
  const steps: Step[] = []
  if (fresh?.before != null) steps.push({ ...lookUp(open), note: noteOf(fresh.name, fresh.before) })
  if (open.source !== null && open.unread.length > 0) {
    // A correction that nobody looked for.
    steps.push({ ...find(`depot "${open.name}" and others`), note: noteOf(open.name, open.source) })
  }
  const section = open.unread[0]
  steps.push(section === undefined ? find(open.name.toLowerCase()) : read(section + 1))
  return steps
}
