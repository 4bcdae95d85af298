/**
 * `npm run eval -- semantic`: how many paraphrases the semantic cache recognises, and how many near-twins it is taken in by.
 *
 * The half that is reported holds families of a stranger alone (`stranger/`): nobody who worked on the comparison wrote any of it. Its
 * single pairs are told to nobody, so that nothing can be learnt from them: `--show` lists the faults of the half that is set, and no others.
 *
 * Beside the comparison that is shipped stands the classifier's sentence vector alone, with the lowest threshold that lets no near-twin
 * of the first half through: what a semantic cache usually is.
 */
import { parseArgs } from 'node:util'
import { readQuestion, sameQuestion } from '@nearside/core'
import { loadModel } from '../load-model.ts'
import type { Family } from './family.ts'
import { allPairs, everyTwin, families, type Half, type Pair } from './pairs.ts'
import { strangersFamilies } from './stranger/families.ts'

type Share = { readonly hits: number; readonly of: number; readonly share: number }
type Figures = { readonly paraphrases: Share; readonly falseHits: Share }

const titleOf = (half: string): string => `${half}: paraphrases  false`.padStart(30)

export function runSemantic(words: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...words],
    options: { json: { type: 'boolean', default: false }, show: { type: 'boolean', default: false } },
  })
  const figures = evaluateSemantic()
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else process.stdout.write(tableOf(figures))
  if (values.show) process.stderr.write(faultsOf().join(''))
  return true
}

export type SemanticFigures = {
  readonly pairs: number
  readonly compared: Record<Half, Figures>
  readonly byLanguage: Readonly<Record<string, Record<Half, Figures>>>
  /** Every near-twin that the families of the comparison's author have with every wording, and those of the stranger of both halves. */
  readonly everyTwin: Share
  readonly everyStrangersTwin: Share
  readonly vectorAlone: Record<Half, Figures> & { readonly threshold: number }
}

export function evaluateSemantic(): SemanticFigures {
  const pairs = allPairs()
  const near = closeness(pairs)
  const set = pairs.filter(({ half }) => half === 'set')
  const threshold = Math.max(...set.filter(({ kind }) => kind === 'near-twin').map((pair) => near(pair)))
  const languages = [...new Set(pairs.map(({ language }) => language))]
  return {
    pairs: pairs.length,
    compared: byHalf(pairs, isSame),
    byLanguage: Object.fromEntries(
      languages.map((language) => [
        language,
        byHalf(
          pairs.filter((pair) => pair.language === language),
          isSame,
        ),
      ]),
    ),
    everyTwin: twinShare(families),
    everyStrangersTwin: twinShare(strangersFamilies),
    vectorAlone: { threshold, ...byHalf(pairs, (pair) => near(pair) > threshold) },
  }
}

function twinShare(of: readonly Family[]): Share {
  const twins = everyTwin(of)
  const hits = twins.filter(([one, other]) => isSame({ one, other })).length
  return { hits, of: twins.length, share: hits / twins.length }
}

function isSame({ one, other }: Pick<Pair, 'one' | 'other'>): boolean {
  const [a, b] = [readQuestion(one), readQuestion(other)]
  return a !== null && b !== null && sameQuestion(a, b)
}

/** The product of two sentence vectors of length one. */
function closeness(pairs: readonly Pair[]): (pair: Pair) => number {
  const classifier = loadModel()
  const vectors = new Map<string, Float32Array>()
  for (const { one, other } of pairs) {
    for (const text of [one, other]) vectors.set(text, classifier.sentenceVector(text).slice())
  }
  return ({ one, other }) => {
    const [a, b] = [vectors.get(one), vectors.get(other)]
    return a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0) ?? 0
  }
}

function byHalf(pairs: readonly Pair[], hit: (pair: Pair) => boolean): Record<Half, Figures> {
  const shareOf = (half: Half, kind: Pair['kind']): Share => {
    const meant = pairs.filter((pair) => pair.half === half && pair.kind === kind)
    const hits = meant.filter(hit).length
    return { hits, of: meant.length, share: meant.length === 0 ? 0 : hits / meant.length }
  }
  const figuresOf = (half: Half): Figures => ({
    paraphrases: shareOf(half, 'paraphrase'),
    falseHits: shareOf(half, 'near-twin'),
  })
  return { set: figuresOf('set'), report: figuresOf('report') }
}

function tableOf(figures: SemanticFigures): string {
  const { pairs, compared, byLanguage, vectorAlone } = figures
  const line = (name: string, { set, report }: Record<Half, Figures>): string => {
    const told = [set, report].flatMap(({ paraphrases, falseHits }) => [
      `${paraphrases.hits}/${paraphrases.of} ${(100 * paraphrases.share).toFixed(1)} %`.padStart(22),
      `${falseHits.hits}/${falseHits.of}`.padStart(8),
    ])
    return `${name.padEnd(16)}${told.join('')}\n`
  }
  const head = `${pairs} pairs`.padEnd(16) + ['set', 'reported'].map(titleOf).join('')
  const rows = Object.entries(byLanguage).map(([language, figures]) => line(language, figures))
  const twinLine = (name: string, { hits, of }: Share): string =>
    `${name.padEnd(16)}${`${hits}/${of} false`.padStart(30)}\n`
  const twins =
    twinLine('every near-twin', figures.everyTwin) + twinLine("the stranger's", figures.everyStrangersTwin)
  const note = 'reported: families of a stranger alone, of the half that nothing is set on\n'
  return `${head}\n${rows.join('')}${line('compared', compared)}${line('vector alone', vectorAlone)}${twins}${note}`
}

/**
 * What is missed, and what is taken for what it is not, of the half on which things are set: whoever sees the other half's faults
 * tunes on them, and its figure is worth nothing from then on.
 */
function faultsOf(): readonly string[] {
  return allPairs()
    .filter((pair) => pair.half === 'set' && isSame(pair) !== (pair.kind === 'paraphrase'))
    .map(({ kind, one, other }) => `${kind === 'paraphrase' ? 'missed' : 'FALSE'}: ${one} | ${other}\n`)
}
