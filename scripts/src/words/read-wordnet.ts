/**
 * The files of Princeton WordNet (`data.*`, `index.sense`) as plain values: which senses a word has, how often each was counted in the
 * concordance texts that come with it, which words share a sense, and which sense points at which.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type PartOfSpeech = 'noun' | 'verb' | 'adj' | 'adv'

export type Sense = { readonly synset: string; readonly place: number; readonly count: number }

export type Pointer = {
  readonly relation: string
  readonly synset: string
  /** The words that it goes from and to; all of a synset where it is null. */
  readonly from: string | null
  readonly to: { readonly place: number } | null
}

export type Synset = {
  readonly part: PartOfSpeech
  /** The lexicographer's file: 18 holds persons, 15 places. */
  readonly file: number
  readonly words: readonly string[]
  readonly pointers: readonly Pointer[]
}

export type WordNet = {
  readonly senses: ReadonlyMap<string, ReadonlyMap<PartOfSpeech, readonly Sense[]>>
  readonly synsets: ReadonlyMap<string, Synset>
}

const parts: Readonly<Record<string, PartOfSpeech>> = { n: 'noun', v: 'verb', a: 'adj', s: 'adj', r: 'adv' }
const partOfKey: readonly (PartOfSpeech | null)[] = [null, 'noun', 'verb', 'adj', 'adv', 'adj']

export function readWordNet(folder: string): WordNet {
  const linesOf = (name: string): readonly string[] =>
    readFileSync(join(folder, name), 'latin1')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('  '))
  const synsets = new Map<string, Synset>()
  for (const part of ['noun', 'verb', 'adj', 'adv'] as const)
    for (const line of linesOf(`data.${part}`)) {
      const [id, synset] = synsetOf(line, part)
      synsets.set(id, synset)
    }
  const senses = new Map<string, Map<PartOfSpeech, Sense[]>>()
  for (const line of linesOf('index.sense')) {
    const [key = '', offset = '', place = '', count = ''] = line.split(' ')
    const [lemma = '', rest = ''] = key.split('%')
    const part = partOfKey[Number(rest[0])]
    if (part === null || part === undefined) continue
    const known = senses.get(lemma) ?? new Map<PartOfSpeech, Sense[]>()
    senses.set(lemma, known)
    const list = known.get(part) ?? []
    list.push({ synset: `${part}${offset}`, place: Number(place), count: Number(count) })
    list.sort((a, b) => a.place - b.place)
    known.set(part, list)
  }
  return { senses, synsets }
}

function synsetOf(line: string, part: PartOfSpeech): readonly [id: string, synset: Synset] {
  const fields = (line.split(' | ')[0] ?? '').trim().split(/\s+/)
  const [offset = '', file = '', , wordCount = '0'] = fields
  const wordsEnd = 4 + 2 * Number.parseInt(wordCount, 16)
  const words: string[] = []
  for (let at = 4; at < wordsEnd; at += 2) words.push((fields[at] ?? '').replace(/\(.*$/, '').toLowerCase())
  const pointers: Pointer[] = []
  for (let i = 0; i < Number(fields[wordsEnd] ?? 0); i++) {
    const [relation = '', target = '', targetPart = '', places = '0000'] = fields.slice(wordsEnd + 1 + 4 * i)
    const from = Number.parseInt(places.slice(0, 2), 16)
    const to = Number.parseInt(places.slice(2), 16)
    pointers.push({
      relation,
      synset: `${parts[targetPart] ?? part}${target}`,
      from: from === 0 ? null : (words[from - 1] ?? null),
      to: to === 0 ? null : { place: to - 1 },
    })
  }
  return [`${part}${offset}`, { part, file: Number(file), words, pointers }]
}
