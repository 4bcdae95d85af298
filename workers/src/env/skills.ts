/** Which questions the edge answers itself, out of the environment's text: names of skills, or `none`. */
import type { EdgeAnswerer } from '../edge/answerer.ts'
import { arithmetic } from '../edge/arithmetic/arithmetic.ts'
import { bases } from '../edge/skills/bases.ts'
import { calendar } from '../edge/skills/calendar.ts'
import { greetings } from '../edge/skills/greetings.ts'
import { percentages } from '../edge/skills/percentages.ts'
import { text } from '../edge/skills/text.ts'
import { units } from '../edge/skills/units.ts'
import { uuids } from '../edge/skills/uuids.ts'
import { zones } from '../edge/skills/zones.ts'
import { words, wrong } from './words.ts'

const skills: Readonly<Record<string, EdgeAnswerer>> = {
  arithmetic,
  percentages,
  units,
  bases,
  calendar,
  text,
  zones,
  uuids: uuids(() => crypto.randomUUID()),
  greetings,
}

/** Those whose one answer rests on nothing but the question: no table of the host's, no chance, no taste. */
const usual: readonly EdgeAnswerer[] = [arithmetic, percentages, units, bases, calendar, text]

export function readSkills(settings: { readonly NEARSIDE_SKILLS: string }): {
  readonly edge: readonly EdgeAnswerer[] | false
} {
  const { NEARSIDE_SKILLS: given } = settings
  if (given === '') return { edge: usual }
  if (given === 'none') return { edge: false }
  const edge = words(given).map((name) => {
    const skill = Object.hasOwn(skills, name) ? skills[name] : undefined
    if (skill === undefined)
      throw wrong(
        'NEARSIDE_SKILLS',
        `is none, or names of ${Object.keys(skills).join(', ')}, separated by commas`,
      )
    return skill
  })
  if (new Set(edge).size < edge.length) throw wrong('NEARSIDE_SKILLS', 'names a skill twice')
  return { edge }
}
