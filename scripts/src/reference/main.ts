/** Writes docs/reference.md, and the worked cases of docs/advise.md. Run by `npm run reference`, after what it is made of has changed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withCases } from '../advise/cases-page.ts'
import { reference } from './reference.ts'

const root = join(import.meta.dirname, '../../..')
writeFileSync(
  join(root, 'docs/reference.md'),
  reference((path) => readFileSync(join(root, path), 'utf8')),
)

const advice = join(root, 'docs/advise.md')
writeFileSync(advice, withCases(readFileSync(advice, 'utf8')))
