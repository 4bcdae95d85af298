/** The worked cases as docs/advise.md shows them. */
import { advise } from './advise.ts'
import { fillFigures, type SomeFigures } from './figures.ts'
import { answeredFigures } from './run-advise.ts'
import { arithmeticText, criteriaText, verdictText } from './show-advice.ts'
import { workedCases } from './worked-cases.ts'

/** Prices are those of this day, so that the page stays as it is when a list changes. */
const onDay = '2026-11-01'

const begin = '<!-- worked cases: npm run reference -->'
const end = '<!-- end of worked cases -->'

function casesText(): string {
  return workedCases
    .map(({ title, story, answers }, at) => {
      const sayings: readonly SomeFigures[] = answeredFigures(answers, 'answers', onDay)
      const { figures } = fillFigures(...sayings)
      const advice = advise(figures)
      return [
        `### ${at + 1}. ${title}`,
        story,
        fenced('json', JSON.stringify(answers)),
        `**${verdictText(advice)}**`,
        fenced('', `${criteriaText(advice)}\n${arithmeticText(advice, figures)}`),
      ].join('\n\n')
    })
    .join('\n\n')
}

/** The page with its cases as they are today. */
export function withCases(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/advise.md has no place for its cases: ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${casesText()}\n\n${page.slice(to)}`
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
}
