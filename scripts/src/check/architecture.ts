/**
 * Holds the repository to its architecture, and says for each thing that is wrong where it is and what would be right.
 * Run by `npm run check`.
 */
import { join } from 'node:path'
import { checkDirections } from './directions.ts'
import { failureText } from './failure.ts'
import { checkPurity } from './purity.ts'
import { readTree } from './read-tree.ts'
import { checkSignposts } from './signposts.ts'
import { checkSizes } from './sizes.ts'

const tree = readTree(join(import.meta.dirname, '../../..'))
const failures = [checkDirections, checkPurity, checkSizes, checkSignposts].flatMap((check) => check(tree))

for (const failure of failures) console.error(failureText(failure))
if (failures.length > 0) {
  console.error(`\nThe architecture is broken in ${failures.length} places.`)
  process.exitCode = 1
} else console.log('The architecture holds: arrows, purity, sizes, signposts.')
