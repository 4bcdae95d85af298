/**
 * Prompts written for this project, which what is shipped is held to and was never trained on: with their kind of task and
 * how hard they are, where that is plain; and with whether they hold personal data or attack.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type DevelopmentRow = {
  readonly label: string
  readonly expected: 'easy' | 'hard' | null
  readonly text: string
}

/** `pii`, `entity_only`, `none`, `jailbreak` or `harmful_request`. */
export type SensitiveRow = { readonly label: string; readonly text: string }

const folder = join(import.meta.dirname, '../../classifier-text')

export function developmentSet(): readonly DevelopmentRow[] {
  return linesOf('development.tsv').map(([label = '', expected = '', text = '']) => ({
    label,
    expected: expected === 'easy' || expected === 'hard' ? expected : null,
    text,
  }))
}

export function sensitiveSet(): readonly SensitiveRow[] {
  return linesOf('sensitivity.tsv').map(([label = '', text = '']) => ({ label, text }))
}

function linesOf(file: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => line.split('\t'))
}
