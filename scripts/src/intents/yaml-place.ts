/**
 * A place in a YAML file: its value, its line and the way to it, so that whatever is wrong is told where it stands.
 *
 * Only plain values are read: texts, numbers, lists and maps. Aliases, merges and tags of one's own are refused, because a file
 * of questions and answers needs none, and a few of them can stand for gigabytes.
 */
import { NearsideError } from '@nearside/core'
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

export type Place = {
  readonly line: number
  /** A fault that names file, line and way. */
  wrong(says: string): NearsideError
  /** The members of a map whose keys are all among those known; what is needed and missing is a fault. */
  members<Key extends string>(known: readonly Key[], needed: readonly Key[]): Partial<Record<Key, Place>>
  /** The members of a map whose keys are the operator's own names. */
  entries(): readonly (readonly [key: string, value: Place])[]
  items(): readonly Place[]
  isList(): boolean
  text(): string
  number(): number
}

const mostBytes = 16 * 1024 * 1024

export function readYaml(text: string, file: string): Place {
  if (text.length > mostBytes) throw new NearsideError('bad-options', `${file} is longer than 16 MiB.`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0])
    throw new NearsideError('bad-options', `${file}:${line}: this is no YAML: ${problem.message}`)
  }
  return placeOf(document.contents, 1, '', { file, lines })
}

type Within = { readonly file: string; readonly lines: LineCounter }

function placeOf(node: unknown, parentLine: number, path: string, within: Within): Place {
  const at = (node as Node | null)?.range?.[0]
  const line = at === undefined ? parentLine : within.lines.linePos(at).line
  const wrong = (says: string): NearsideError =>
    new NearsideError('bad-options', `${within.file}:${line}: ${path === '' ? 'the file' : path} ${says}.`)
  if (isAlias(node)) throw wrong('is an alias (*), which is not read here: write it out')

  const pairs = (): readonly (readonly [string, Place])[] => {
    if (!isMap(node)) throw wrong('has names with values below it')
    return node.items.map(({ key, value }) => {
      if (!isScalar(key)) throw wrong('has a name that is no text')
      const name = String(key.value)
      const keyLine = key.range ? within.lines.linePos(key.range[0]).line : line
      return [name, placeOf(value, keyLine, path === '' ? name : `${path}.${name}`, within)]
    })
  }
  return {
    line,
    wrong,
    members(known, needed) {
      const found: Partial<Record<string, Place>> = {}
      for (const [name, place] of pairs()) {
        if (!known.some((each) => each === name))
          throw place.wrong(`is none of the names that are known here: ${known.join(', ')}`)
        found[name] = place
      }
      for (const name of needed) if (found[name] === undefined) throw wrong(`lacks ${name}`)
      return found as Partial<Record<(typeof known)[number], Place>>
    },
    entries: pairs,
    items() {
      if (!isSeq(node)) throw wrong('is a list, each of its items after a dash')
      return node.items.map((item, index) => placeOf(item, line, `${path}[${index}]`, within))
    },
    isList: () => isSeq(node),
    text() {
      if (isScalar(node) && ['string', 'number'].includes(typeof node.value)) {
        // A number is meant as it was written: 1.50 is no 1.5.
        const written = typeof node.value === 'number' ? (node.source ?? String(node.value)) : node.value
        return String(written)
      }
      if (isScalar(node) && typeof node.value === 'boolean')
        throw wrong(`is a text: put quotes around ${node.source ?? node.value}`)
      throw wrong('is a text')
    },
    number() {
      if (isScalar(node) && typeof node.value === 'number') return node.value
      throw wrong('is a number')
    },
  }
}
