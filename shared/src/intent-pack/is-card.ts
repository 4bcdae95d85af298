/** Whether a value out of a file is a pack's card, to the last field: what is not checked here is trusted for years. */
import type { PackCard } from './card.ts'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const moment: Check = (value) => value === null || finite(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]))

export function isPackCard(value: unknown): value is PackCard {
  const pair: Check = (given) => listOf(text)(given) && (given as readonly string[]).length === 2
  const slot = fields({ name: text, values: listOf(pair) })
  const followUp = fields({ asked: listOf(text), answer: text })
  const intent = fields({
    name: text,
    language: text,
    answer: text,
    slots: listOf(slot),
    fromMs: moment,
    untilMs: moment,
    followUps: listOf(followUp),
  })
  const card = fields({
    format: finite,
    pieceVersion: finite,
    name: text,
    intents: listOf(intent),
    outside: (given) => typeof given === 'boolean',
    systemPrompts: listOf(text),
    certainty: fields({ weights: listOf(finite), offset: finite, threshold: finite }),
  })
  return card(value)
}
