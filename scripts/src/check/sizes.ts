/** A file that holds one idea fits a few screens, and the middleware's story fits one page. */
import type { Failure } from './failure.ts'
import { isSource, isTest, type Tree } from './tree.ts'

const pageLines = 80
const fileLines = 300
const page = 'workers/src/middleware.ts'

export function checkSizes(tree: Tree): readonly Failure[] {
  const failures: Failure[] = []
  if (!tree.has(page)) failures.push({ file: page, line: 1, says: 'is missing: the story of a request' })
  for (const [file, text] of tree) {
    if (!isSource(file) || isTest(file)) continue
    // A package's promise is a list, name by name: it is as long as what is promised.
    if (file.endsWith('/src/index.ts')) continue
    const limit = file === page ? pageLines : fileLines
    const lines = text.trimEnd().split('\n').length
    if (lines > limit)
      failures.push({ file, line: limit + 1, says: `has ${lines} lines; at most ${limit} are right` })
  }
  return failures
}
