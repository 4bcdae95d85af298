/** Prompts written for this project with what they are: a kind of task or an attack, and how hard where that is plain. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type DevelopmentRow = {
  readonly label: string
  readonly expected: 'easy' | 'hard' | null
  readonly text: string
}

const path = join(import.meta.dirname, '../../classifier-text/development.tsv')

export function developmentSet(): readonly DevelopmentRow[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [label = '', expected = '', text = ''] = line.split('\t')
      return { label, expected: expected === 'easy' || expected === 'hard' ? expected : null, text }
    })
}
