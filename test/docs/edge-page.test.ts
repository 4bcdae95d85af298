/** What docs/edge.md says that the edge answers, asked of the skills that it names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readChatRequest } from '@nearside/core'
import {
  arithmetic,
  bases,
  calendar,
  type EdgeAnswerer,
  greetings,
  percentages,
  text,
  units,
  zones,
} from '@nearside/workers'
import { expect, it } from 'vitest'
import { root } from '../../scripts/src/workerd/repository.ts'

const skills: readonly EdgeAnswerer[] = [
  arithmetic,
  percentages,
  units,
  bases,
  calendar,
  text,
  zones,
  greetings,
]

/** Name, what it answers and what it leaves, of each row. */
const rows = [
  ...readFileSync(join(root, 'docs/edge.md'), 'utf8').matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \|$/gm),
].map(([, name = '', answers = '', leaves = '']) => ({ name, answers, leaves }))

const said = (name: string, question: string): string | null => {
  const body = { model: 'auto', messages: [{ role: 'user', content: question }] }
  const offer = skills.find((skill) => skill.name === name)?.offer(readChatRequest(body))
  return offer?.text ?? null
}

it('gives the answers that the page shows, and leaves what it says is left', () => {
  const pairs = rows.flatMap(({ name, answers }) =>
    [...answers.matchAll(/`([^`]+)` → `([^`]+)`/g)].map(([, question = '', answer = '']) => ({
      name,
      question,
      answer,
    })),
  )
  expect(pairs.length).toBeGreaterThanOrEqual(7)
  for (const { name, question, answer } of pairs)
    expect([question, said(name, question)]).toEqual([question, answer])
  for (const { name, answers } of rows) {
    const shown = [...answers.replaceAll(/`[^`]+` → `[^`]+`/g, '').matchAll(/`([^`]+)`/g)]
    for (const [, question = ''] of shown)
      if (name !== 'uuids') expect(said(name, question), question).not.toBeNull()
  }
  for (const { name, leaves } of rows)
    for (const [, question = ''] of leaves.matchAll(/`([^`]+)`/g))
      expect(said(name, question), question).toBeNull()
})
