/**
 * Requests written for this project, one file a kind of task, as people put them: in many wordings and some languages.
 * Public sets name a task by one template each; from those alone a model learns the template. Places in braces are
 * filled from a list of texts, sentences, names and numbers, a few times for each request.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from './random.ts'
import type { TaskRow } from './rows.ts'

const folder = join(import.meta.dirname, '../../classifier-text')

export function ownRequests(fillings = 8, seed = 7): readonly TaskRow[] {
  const random = seededRandom(seed)
  const slots = readSlots(readFileSync(join(folder, 'slots.txt'), 'utf8'))
  const rows: TaskRow[] = []
  for (const file of readdirSync(join(folder, 'requests')).sort()) {
    const task = file.replace(/\.txt$/, '')
    for (const line of linesOf(readFileSync(join(folder, 'requests', file), 'utf8'))) {
      const times = line.includes('{') ? fillings : 1
      for (let time = 0; time < times; time++)
        rows.push({ text: fill(line, slots, random), task, source: 'own', lang: '' })
    }
  }
  return rows
}

function fill(line: string, slots: ReadonlyMap<string, readonly string[]>, random: () => number): string {
  return line.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
    const list = slots.get(name)
    return list === undefined ? whole : (list[Math.floor(random() * list.length)] ?? whole)
  })
}

/** `# name`, and under it one filling a line. */
function readSlots(text: string): ReadonlyMap<string, readonly string[]> {
  const slots = new Map<string, string[]>()
  let list: string[] = []
  for (const line of linesOf(text)) {
    if (line.startsWith('# ')) {
      list = []
      slots.set(line.slice(2), list)
    } else list.push(line)
  }
  return slots
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\n', '\n'))
}
