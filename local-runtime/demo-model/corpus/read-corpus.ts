/**
 * The two text files of the corpus, read once.
 *
 * `requests.txt` has a section for each kind of request and a request on each line, in which `\n` is a new line,
 * `{thing}` a place to be filled and `{a|b}` a choice of words. `fillings.txt` has a section for each thing that is
 * filled in, its items between bars.
 */
import { readFileSync } from 'node:fs'
import { type RequestKind, requestKinds } from './answers.ts'

const requestSections = sectionsOf('requests.txt')
const fillingSections = sectionsOf('fillings.txt')

export const requests: ReadonlyMap<RequestKind, readonly string[]> = new Map(
  requestKinds.map((kind) => [
    kind,
    (requestSections.get(kind) ?? []).map((request) => request.replaceAll('\\n', '\n')),
  ]),
)

export const hellos: readonly string[] = fillings('hello')
export const tongues: readonly string[] = fillings('tongue')
export const things: readonly string[] = fillings('thing')
export const words: readonly string[] = fillings('word')
export const foreignPhrases: readonly string[] = fillings('foreign phrase')
export const systemMessages: readonly string[] = fillings('system message')

function fillings(section: string): string[] {
  return (fillingSections.get(section) ?? []).flatMap((line) => line.split(' | '))
}

function sectionsOf(name: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of readFileSync(new URL(name, import.meta.url), 'utf8').split('\n')) {
    const heading = /^\[([a-z ]+)\]$/.exec(line)?.[1]
    if (heading !== undefined) {
      lines = []
      sections.set(heading, lines)
    } else if (line !== '') {
      lines.push(line)
    }
  }
  return sections
}
