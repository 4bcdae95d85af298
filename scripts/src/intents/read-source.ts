/**
 * Reads an operator's file of intents. What is wrong is refused with file, line and the way to it, and all of it before anything
 * is trained: an answer that would reach a customer with a hole in it must not be built.
 */
import { longestQuestion, statedForm } from '@nearside/core'
import { fillConstants, placeholdersIn, withSlotValues } from './fill.ts'
import { readDates } from './read-dates.ts'
import { readSlots } from './read-slots.ts'
import type { Example, FollowUpSource, IntentSource, PackSource } from './source.ts'
import { type Place, readYaml } from './yaml-place.ts'

const packKeys = [
  'pack',
  'language',
  'precision',
  'constants',
  'systemPrompts',
  'intents',
  'outOfScope',
] as const
const intentKeys = ['examples', 'answer', 'language', 'slots', 'valid', 'followUps'] as const
const name = /^[\p{L}\p{N}][\p{L}\p{N}_.\-/ ]{0,99}$/u
const languageTag = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/

const mostIntents = 1_000
const fewestExamples = 2
const mostExamples = 5_000
const longestAnswer = 20_000

export function readPackSource(text: string, file: string): PackSource {
  const top = readYaml(text, file)
  const { pack, language, precision, constants, systemPrompts, intents, outOfScope } = top.members(packKeys, [
    'pack',
    'intents',
  ])
  const known = new Map(constants?.entries().map(([key, value]) => [nameOf(key, value), value.text()]))
  const spoken = language === undefined ? null : languageOf(language)
  const read = intents!.entries().map(([key, place]) => readIntent(key, place, known, spoken))
  if (read.length === 0) throw intents!.wrong('holds no intent')
  if (read.length > mostIntents) throw intents!.wrong(`holds more than ${mostIntents} intents`)
  const outside = outOfScope === undefined ? [] : outOfScope.items().map((item) => exampleOf(item, known))
  if (read.length === 1 && outside.length === 0)
    throw intents!.wrong('holds one intent, which is told from nothing: write examples of outOfScope as well')
  return {
    name: nameOf(pack!.text(), pack!),
    precision: precision === undefined ? 0.99 : precisionOf(precision),
    systemPrompts: systemPrompts?.items().map((item) => statedForm(item.text())) ?? [],
    intents: read,
    outside,
  }
}

function readIntent(
  key: string,
  place: Place,
  constants: ReadonlyMap<string, string>,
  packLanguage: string | null,
): IntentSource {
  const { examples, answer, language, slots, valid, followUps } = place.members(intentKeys, [
    'examples',
    'answer',
  ])
  if (language === undefined && packLanguage === null)
    throw place.wrong('lacks language, and the pack names none for all')
  const known = slots === undefined ? [] : readSlots(slots, constants)
  const written = examples!.items().flatMap((item) => withSlotValues(exampleOf(item, constants), known, item))
  const forms = new Set(written.map((example) => statedForm(example.text)))
  if (forms.size < fewestExamples)
    throw examples!.wrong(`holds fewer than ${fewestExamples} different examples`)
  if (written.length > mostExamples) throw examples!.wrong(`comes to more than ${mostExamples} examples`)
  const said = answerOf(answer!, constants, known)
  for (const slot of known)
    if (!placeholdersIn(said).includes(slot.name))
      throw slots!.wrong(`has ${slot.name}, which the answer does not use`)
  return {
    name: nameOf(key, place),
    language: language === undefined ? packLanguage! : languageOf(language),
    examples: written,
    answer: said,
    slots: known,
    ...readDates(valid),
    followUps: followUps?.items().map((item) => readFollowUp(item, constants, known)) ?? [],
  }
}

function readFollowUp(
  place: Place,
  constants: ReadonlyMap<string, string>,
  slots: IntentSource['slots'],
): FollowUpSource {
  const { asked, answer } = place.members(['asked', 'answer'] as const, ['asked', 'answer'])
  const forms = asked!.isList() ? asked!.items() : [asked!]
  if (forms.length === 0) throw asked!.wrong('holds no wording')
  return {
    asked: forms.map((item) => exampleOf(item, constants)),
    answer: answerOf(answer!, constants, slots),
  }
}

function exampleOf(place: Place, constants: ReadonlyMap<string, string>): Example {
  const text = fillConstants(place.text(), constants).trim()
  if (statedForm(text) === '') throw place.wrong('is empty')
  if (text.length > longestQuestion)
    throw place.wrong(`is longer than the ${longestQuestion} characters that a question may have`)
  return { text, line: place.line }
}

function answerOf(
  place: Place,
  constants: ReadonlyMap<string, string>,
  slots: IntentSource['slots'],
): string {
  const text = fillConstants(place.text(), constants).trim()
  if (text === '') throw place.wrong('is empty')
  if (text.length > longestAnswer) throw place.wrong(`is longer than ${longestAnswer} characters`)
  const names = slots.map((slot) => slot.name)
  const unknown = placeholdersIn(text).find((each) => !names.includes(each))
  if (unknown === undefined) return text
  const there = [...constants.keys(), ...names]
  throw place.wrong(
    `has {{${unknown}}}, which is no constant and no slot; there ${there.length === 0 ? 'are none' : `is ${there.join(', ')}`}`,
  )
}

function nameOf(given: string, place: Place): string {
  if (name.test(given)) return given
  throw place.wrong('has a name of letters, digits, spaces and _ . - /, at most 100')
}

function languageOf(place: Place): string {
  const given = place.text()
  if (languageTag.test(given)) return given
  throw place.wrong(`is a language such as en or pt-BR, but was ${given}`)
}

function precisionOf(place: Place): number {
  const given = place.number()
  if (given >= 0.5 && given <= 0.999) return given
  throw place.wrong(`lies between 0.5 and 0.999, but was ${given}`)
}
