/** Random UUIDs (version 4, RFC 9562), of the randomness that the host gives. */
import type { EdgeAnswerer } from '../answerer.ts'
import { bare, skilled } from './skill.ts'

const form =
  /^(?:generate|create|give me|make) (?:(an?|one|[1-9]\d?) )?(?:new )?(?:random )?(?:v4 )?uuids?(?: v4| \(v4\))?$/i

/** `randomUuid` is the host's, for instance `() => crypto.randomUUID()`. */
export function uuids(randomUuid: () => string): EdgeAnswerer {
  return skilled({
    name: 'uuids',
    longest: 60,
    hint: /uuid/i,
    answer(question) {
      const found = form.exec(bare(question) ?? '')
      if (found === null) return null
      const count = Number(found[1] ?? 1) || 1
      return Array.from({ length: count }, () => randomUuid()).join('\n')
    },
  })
}
