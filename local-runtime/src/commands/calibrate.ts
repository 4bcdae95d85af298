/**
 * `nearside-runtime calibrate MODEL FILE`: asks the model tasks whose right answers are known, and writes down what its
 * confidence is worth. `serve --calibration` then tells callers how often such an answer is right.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { NearsideError } from '@nearside/core'
import { type Calibration, calibrationOf, type Judged } from '../calibration/calibration.ts'
import { isRight } from '../calibration/is-right.ts'
import { readTasks, type Task } from '../calibration/read-tasks.ts'
import { resolveModel } from '../resolve-model.ts'
import { modelsFolder } from '../store/places.ts'
import { type Conversation, openConversation } from './conversation.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words, wholeNumber } from './words.ts'

export const calibrateGrammar: Grammar = {
  command: 'calibrate',
  usage: 'MODEL FILE',
  positionals: [2, 2],
  values: ['out', 'max-tokens', 'context-tokens', 'threads'],
  switches: [],
}

export async function calibrate(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const [given, file] = words.positionals
  const tasks = readTasks(contentOf(file!), file!)
  if (tasks.length === 0) throw new NearsideError('bad-options', `${file} holds no task.`)
  const folder = await resolveModel(given!, modelsFolder(textFlag(words, 'models'), env))
  const conversation = await openConversation(folder, {
    contextTokens: wholeNumber(words, 'context-tokens', 8_192),
    // As it will be served.
    confidence: 'close',
    ...(words.flags.threads === undefined ? {} : { threads: wholeNumber(words, 'threads', 1) }),
  })
  try {
    const maxTokens = wholeNumber(words, 'max-tokens', 256)
    const judged: Judged[] = []
    for (const [index, task] of tasks.entries()) {
      judged.push(await judge(conversation, task, maxTokens, signal))
      output.err(`\r${index + 1} of ${tasks.length} tasks`)
    }
    output.err('\n')
    const calibration = calibrationOf({ name: conversation.model, version: conversation.version }, judged)
    const out = textFlag(words, 'out') ?? `${conversation.model.replace(/[^\w.-]+/g, '-')}.calibration.json`
    writeFileSync(out, `${JSON.stringify(calibration, null, 2)}\n`)
    output.out(
      words.flags.json === true ? jsonLine({ ...calibration, out }) : report(calibration, judged, out),
    )
    return 0
  } finally {
    await conversation.close()
  }
}

async function judge(
  conversation: Conversation,
  task: Task,
  maxTokens: number,
  signal: AbortSignal,
): Promise<Judged> {
  let text = ''
  let confidence: number | null = null
  for await (const piece of conversation.ask(task.messages, { maxTokens, temperature: 0 }, signal)) {
    if (piece.type === 'text') text += piece.text
    if (piece.type === 'confidence') confidence = piece.confidence
  }
  if (confidence === null) {
    throw new NearsideError('bad-options', 'The engine of this model tells nothing of how sure it was.')
  }
  return { confidence, right: isRight(text, task), task: task.task }
}

function report(calibration: Calibration, judged: readonly Judged[], out: string): string {
  const { tasks, right, auroc, eceBefore, eceAfter } = calibration
  const kinds = [...new Set(judged.map(({ task }) => task))].filter((kind) => kind !== null)
  const rows = kinds.map((kind) => {
    const of = judged.filter(({ task }) => task === kind)
    return `    ${kind}: ${of.filter((each) => each.right).length} of ${of.length} right`
  })
  return [
    `${calibration.model} (${calibration.version})`,
    `  right          ${right} of ${tasks}`,
    ...rows,
    `  AUROC          ${auroc.toFixed(3)} (0.5 is chance: then its confidence says nothing of whether it is right)`,
    `  calibration    off by ${eceBefore.toFixed(3)} before, ${eceAfter.toFixed(3)} after, on tasks the curve had not seen`,
    `  written to     ${out}; serve it with --calibration ${out}`,
    '',
  ].join('\n')
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `${path} cannot be read.`, { cause })
  }
}
