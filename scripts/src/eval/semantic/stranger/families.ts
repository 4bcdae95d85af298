/** The families of the stranger, a file for each field of life, in the order of the files' names. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Family } from '../family.ts'

const folder = new URL('./', import.meta.url)

export const strangersFamilies: readonly Family[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .flatMap((name): readonly Family[] => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
