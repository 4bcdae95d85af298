/**
 * Questions on a long document, whose answers need parts that lie far apart: figures of several depots are to be added,
 * and some of the figures are corrected many sections later.
 */
import { between, drawFor, shuffle } from '../draw.ts'
import { answerIn, type Environment, type Task, type Tool, unknownTool } from './environment.ts'
import { fillerOf } from './filler.ts'
import { newName } from './names.ts'

const tools: readonly Tool[] = [
  {
    name: 'find',
    description: 'Says in which sections of the document these words stand.',
    parameters: { words: { type: 'string' } },
  },
  {
    name: 'read',
    description: 'Reads the section with this number.',
    parameters: { section: { type: 'integer' } },
  },
]

const sectionCount = 48

export const document: Environment = {
  name: 'document',
  tools,
  tasks: (seed, count) => Array.from({ length: count }, (_, i) => taskOf(seed, i)),
}

function taskOf(seed: number, position: number): Task {
  const id = `document-${seed}-${position}`
  const draw = drawFor(id)
  const taken = new Set<string>()
  const depots = Array.from({ length: 9 }, () => newName(draw, taken))
  const asked = depots.slice(0, between(3, 5, draw))
  const facts = new Map<number, string[]>()
  const early = shuffle(range(1, 24), draw)
  const late = shuffle(range(30, sectionCount), draw)
  const counts = new Map<string, number>()
  let corrected = 0
  for (const depot of depots) {
    const [count, before, later] = [between(100, 900, draw), between(100, 900, draw), between(100, 900, draw)]
    put(
      early.pop(),
      `At the end of the year depot "${depot}" held ${count} crates. The year before, it was ${before}.`,
    )
    counts.set(depot, count)
    if (draw() < 0.5 && later !== count) {
      put(
        late.pop(),
        `Correction: at the end of the year depot "${depot}" held ${later} crates, not ${count}.`,
      )
      counts.set(depot, later)
      if (asked.includes(depot)) corrected++
    }
  }
  function put(section: number | undefined, fact: string): void {
    if (section !== undefined) facts.set(section, [...(facts.get(section) ?? []), fact])
  }
  const sections = range(1, sectionCount).map(
    (number) => `${fillerOf(900, draw)} ${(facts.get(number) ?? []).join(' ')} ${fillerOf(600, draw)}`,
  )
  const expected = String(asked.reduce((sum, depot) => sum + (counts.get(depot) ?? 0), 0))
  return {
    id,
    prompt: `Task ${id}: in a report of ${sectionCount} sections, how many crates did these depots hold together at the end of the year: ${asked.map((depot) => `"${depot}"`).join(', ')}? Later sections may correct earlier ones. Find and read what is needed. Then say "Answer: " and the number.`,
    expected,
    fewestCalls: 2 * asked.length + corrected,
    open: () => ({
      call(tool, given) {
        if (tool === 'find') {
          const words = String(given.words ?? '')
          const found = sections.flatMap((text, i) => (words !== '' && text.includes(words) ? [i + 1] : []))
          return found.length === 0
            ? `"${words}" stands in no section.`
            : `"${words}" stands in ${found.length} of ${sectionCount} sections: ${found.slice(0, 8).join(', ')}.`
        }
        if (tool !== 'read') return unknownTool(tool, tools)
        const text = sections[Number(given.section) - 1]
        return text === undefined
          ? `There is no section ${String(given.section)}; there are 1 to ${sectionCount}.`
          : `Section ${Number(given.section)}:\n${text}`
      },
      done: (lastWords) => answerIn(lastWords) === expected,
    }),
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
