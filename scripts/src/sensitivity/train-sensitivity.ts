/**
 * `nearside train-sensitivity --data DIR --out FILE [--folds 5]`: trains the text heads and says how good they are.
 *
 * Everything that is measured is measured out of fold: templates and near-duplicates stay on one side. The thresholds are the highest that
 * keep the recall asked for out of fold; the heads in the file are then trained on all rows. Same data, same bytes.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import {
  detect,
  judgeUnsafe,
  nameDetector,
  nameScore,
  type TextHeads,
  unsafeKinds,
  type WordSets,
} from '@nearside/core'
import { ownRequests } from '../train/own-requests.ts'
import { type JudgedRow, type SensitivityFigures, sensitivityFigures } from './figures.ts'
import { templateFolds, textFolds } from './folds.ts'
import { ordinaryWords } from './ordinary-words.ts'
import { readSensitivityData, type SensitivityData } from './rows.ts'
import { type JudgedText, trainJudge } from './train-judge.ts'
import { trainTagger } from './train-tagger.ts'
import { judgeFalseAlarms, thresholdsOf, type UnsafeFigures, unsafeFigures } from './unsafe-figures.ts'
import { writeTextHeads } from './write-heads.ts'

export type TrainingReport = {
  readonly sensitivity: SensitivityFigures
  readonly unsafe: UnsafeFigures
  readonly tagThreshold: number
  /** The share of requests of every day, unseen in training, in which a name or address is seen: some do hold one. */
  readonly namedTasks: number
  readonly sha256: string
  readonly bytes: number
}

/** What the threshold must keep out of fold: above what is promised, for other templates will come. */
const recallKept = 0.975
const firstThreshold = 0.5

export function trainSensitivity(given: {
  readonly data: string
  readonly out: string
  readonly folds: number
  readonly say: (line: string) => void
}): TrainingReport {
  const data = readSensitivityData(given.data)
  const words = ordinaryWords([...data.intents, ...data.tasks.map(({ text }) => text)])
  const ordinary = ordinaryTexts(data)
  const judged = judgedTexts(data)
  const { tagThreshold, sensitivity, namedTasks } = measureTagger(data, ordinary, words, given)
  const { thresholds, unsafe } = measureJudge(judged, given)

  given.say('training on all rows')
  const tagger = trainTagger(data.sentences, ordinary, words)
  const heads: TextHeads = {
    tags: tagger.tags,
    ...tagger.sets,
    tagThreshold,
    classes: trainJudge(judged),
    classThresholds: thresholds,
  }
  const bytes = writeTextHeads(heads)
  writeFileSync(given.out, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const report = { sensitivity, unsafe, tagThreshold, namedTasks, sha256, bytes: bytes.length }
  // The card lies beside the file: what it is, by its hash, and how good it was out of fold.
  writeFileSync(`${given.out.replace(/\.bin$/, '')}.json`, `${JSON.stringify(report, null, 2)}\n`)
  return report
}

function measureTagger(
  data: SensitivityData,
  ordinary: readonly string[],
  words: WordSets,
  { folds, say }: { readonly folds: number; readonly say: (line: string) => void },
): Pick<TrainingReport, 'tagThreshold' | 'sensitivity' | 'namedTasks'> {
  const { sentences } = data
  const foldOf = templateFolds(sentences, folds)
  const byFold = Array.from({ length: folds }, (_, fold) => {
    say(`names: fold ${fold + 1} of ${folds}`)
    const { tags, sets } = trainTagger(
      sentences.filter((_, i) => foldOf[i] !== fold),
      ordinary,
      words,
    )
    return headsWith(tags, sets)
  })
  const scores = sentences.map(({ text }, i) =>
    detect(text).length > 0 ? 1 : nameScore(text, byFold[foldOf[i]!]!),
  )
  const positives = scores.filter((_, i) => sentences[i]!.label === 'pii').sort((a, b) => b - a)
  const kept = positives[Math.ceil(positives.length * recallKept) - 1] ?? firstThreshold
  // Down to a hundredth: a threshold is no finer than its data.
  const tagThreshold = Math.max(0.01, Math.floor(kept * 100) / 100)
  const judged: JudgedRow[] = sentences.map((row, i) => {
    const heads = { ...byFold[foldOf[i]!]!, tagThreshold }
    return { row, findings: detect(row.text, nameDetector(heads)) }
  })
  const heads = { ...byFold[0]!, tagThreshold }
  const others = data.tasks.filter((_, i) => i % 16 === 2)
  const alarms = others.filter(({ text }) => nameScore(text.slice(0, 400), heads) >= tagThreshold).length
  return { tagThreshold, sensitivity: sensitivityFigures(judged), namedTasks: alarms / others.length }
}

function measureJudge(
  texts: readonly JudgedText[],
  { folds, say }: { readonly folds: number; readonly say: (line: string) => void },
): { readonly thresholds: readonly number[]; readonly unsafe: UnsafeFigures } {
  const foldOf = textFolds(
    texts.map(({ text }) => text),
    folds,
  )
  const scores: (readonly number[])[] = Array.from({ length: texts.length }, () => [])
  for (let fold = 0; fold < folds; fold++) {
    say(`unsafe requests: fold ${fold + 1} of ${folds}`)
    const classes = trainJudge(texts.filter((_, i) => foldOf[i] !== fold))
    for (const [i, { text }] of texts.entries()) {
      if (foldOf[i] !== fold) continue
      const judgement = judgeUnsafe(text, {
        ...headsWith(classes, noWords),
        classes,
        classThresholds: [2, 2, 2],
      })
      scores[i] = unsafeKinds.map((kind) => judgement.scores[kind])
    }
  }
  const thresholds = thresholdsOf(texts, scores, judgeFalseAlarms)
  return { thresholds, unsafe: unsafeFigures(texts, scores, thresholds) }
}

const none = new Uint8Array(0)
const noWords: WordSets = { usedWords: none, oftenWords: none, nameWords: none }

/** Heads for measuring one of the two: the other's weights are never asked. */
function headsWith(head: TextHeads['tags'], words: WordSets): TextHeads {
  return {
    tags: head,
    tagThreshold: firstThreshold,
    classes: head,
    classThresholds: [],
    ...words,
  }
}

/** Requests of every day, of all kinds, by their beginnings. */
function ordinaryTexts({ intents, tasks }: SensitivityData): readonly string[] {
  const some = intents.filter((_, i) => i % 8 === 0)
  return [...some, ...tasks.filter((_, i) => i % 4 === 0).map(({ text }) => text.slice(0, 400))]
}

const columns: Readonly<Record<string, number>> = { jailbreak: 0, harmful_request: 1, prompt_injection: 2 }

function judgedTexts({ unsafe, intents, tasks, questions }: SensitivityData): readonly JudgedText[] {
  return [
    ...unsafe.map(({ text, label }) => ({ text, column: columns[label] ?? 1 })),
    ...tasks.filter((_, i) => i % 2 === 0).map(({ text }) => ({ text, column: -1 })),
    ...intents.filter((_, i) => i % 10 === 0).map((text) => ({ text, column: -1 })),
    ...questions.filter((_, i) => i % 4 === 0).map((text) => ({ text, column: -1 })),
    ...ownRequests(2).map(({ text }) => ({ text, column: -1 })),
  ]
}
