/** The suite of phrasings that skills are held to: the same rows in every run, each text once, a third of them traps. */
import { calendarMakers, calendarTraps } from './calendar.ts'
import { greetingRows } from './greetings.ts'
import { numberMakers } from './numbers.ts'
import { type EdgeRow, seeded } from './row.ts'
import { textMakers } from './texts.ts'
import { trapRows } from './traps.ts'

const mostTries = 50

/** Another seed makes another suite of the same kinds. */
export function edgeSuite(seed = 7): readonly EdgeRow[] {
  const random = seeded(seed)
  const rows = new Map<string, EdgeRow>()
  const keep = (row: EdgeRow): boolean => {
    if (rows.has(row.text)) return false
    rows.set(row.text, row)
    return true
  }
  for (const row of [...greetingRows, ...calendarTraps]) keep(row)
  for (const [make, count] of [...numberMakers, ...calendarMakers, ...textMakers]) {
    let kept = 0
    for (let tries = 0; kept < count && tries < count * mostTries; tries++) {
      const row = make(random)
      if (row !== null && keep(row)) kept++
    }
  }
  const right = [...rows.values()].filter((row) => row.answer !== null && row.about !== 'greetings')
  const traps = [...rows.values()].filter((row) => row.answer === null).length
  for (const row of trapRows(random, right, Math.ceil(rows.size / 2) - traps + 120)) keep(row)
  return [...rows.values()]
}
