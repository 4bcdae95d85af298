/** Fills the form: reads what it asks next, and takes that from the record, from a rule, or from a code that was shown. */
import { classOf } from '../environments/form-fields.ts'
import { callText, type Mending, type Mind, type Step, type Thought } from './mind.ts'

type State = {
  readonly record: ReadonlyMap<string, string>
  readonly accepted: ReadonlyMap<string, string>
  readonly codes: ReadonlyMap<string, string>
  /** Null where nothing says it. */
  readonly asked: string | null
  readonly submitted: boolean
}

const view: Step = { does: 'call', call: { name: 'view', given: {} } }
const submit: Step = { does: 'call', call: { name: 'submit', given: {} } }

export const formMind: Mind = {
  knows: (task) => task.includes('Task form-'),
  think(task, text): Thought {
    const state = read(task, text)
    const claim = 'The form is filled. Answer: submitted'.replace('. ', '.\n')
    return {
      right: rightStep(state, claim),
      wrong: wrongSteps(state),
      claim,
      faults: faultsOf(state),
      facts: [...state.accepted].map(([name, value]) => {
        const code = state.codes.get(name)
        return `Field ${name} accepted: "${value}".${code === undefined ? '' : ` The code shown for ${name} is "${code}".`}`
      }),
      plan: [
        'Look at the form with view whenever it is not clear what is accepted.',
        ...[...state.record.keys()].flatMap((key) => {
          const value = state.record.get(key)
          return decoy.test(key) || value === undefined ? [] : [callText(fill(fieldOf(key), value).call)]
        }),
        callText(fill('income_class', classOf(Number(state.record.get('yearly income')))).call),
        'Copy codes as they were shown. Submit when nothing more is asked.',
      ],
    }
  },
}

const decoy = /spouse|former|before|at work|tax number/
const fieldOf = (key: string): string => key.replaceAll(' ', '_')

function read(task: string, text: string): State {
  const record = new Map(
    (/The record: (.+)\./.exec(task)?.[1] ?? '').split('; ').map((line): [string, string] => {
      const [name = '', value = ''] = line.split(' = ')
      return [name, value]
    }),
  )
  const accepted = new Map<string, string>()
  const codes = new Map<string, string>()
  let asked: string | null = null
  let submitted = false
  const told =
    /Field (\w+) accepted: "([^"]*)"|The code shown for (\w+) is "([^"]*)"|Cleared: ([\w, ]+)\.|Asked next: (\w+)|(The form is submitted)/g
  for (const [, field, value, shown, code, cleared, next, end] of text.matchAll(told)) {
    if (field !== undefined) {
      accepted.set(field, value ?? '')
      submitted = false
    }
    if (shown !== undefined) codes.set(shown, code ?? '')
    for (const name of cleared?.split(', ') ?? []) {
      accepted.delete(name)
      codes.delete(name)
    }
    if (next !== undefined) asked = next
    if (end !== undefined) submitted = true
  }
  return { record, accepted, codes, asked, submitted }
}

function rightStep(state: State, claim: string): Step {
  if (state.submitted) return { does: 'say', text: claim }
  if (state.asked === null) return view
  if (state.asked === 'nothing') return submit
  const value = valueFor(state, state.asked)
  return value === null ? view : fill(state.asked, value)
}

/** Null where it is not in the text. */
function valueFor(state: State, field: string): string | null {
  const code = (of: string): string | null => state.codes.get(of) ?? null
  if (field === 'district') return code('home_postcode')
  if (field === 'fee_code') return code('income_class')
  if (field === 'office') return code('billing_postcode')
  if (field === 'confirmation') {
    const [home, income] = [code('home_postcode'), code('income_class')]
    return home === null || income === null ? null : `${home}/${income}`
  }
  if (field === 'income_class') return classOf(Number(state.record.get('yearly income')))
  return state.record.get(field.replaceAll('_', ' ')) ?? null
}

const alike: Readonly<Record<string, string>> = {
  applicant_name: 'name of the spouse',
  birth_year: 'birth year of the spouse',
  home_postcode: 'former postcode',
  billing_postcode: 'home postcode',
  employer: 'former employer',
  business_number: 'tax number',
  school: 'former school',
  yearly_income: 'yearly income before',
  phone: 'phone at work',
}

function wrongSteps(state: State): readonly Step[] {
  const { asked, record, codes } = state
  if (asked === null) return [submit]
  if (asked === 'nothing' || state.submitted) return [view]
  const other = record.get(alike[asked] ?? '')
  if (other !== undefined) return [fill(asked, other)]
  if (asked === 'employment') return [fill(asked, 'employed'), fill(asked, 'student')]
  if (asked === 'income_class') return [fill(asked, 'A'), fill(asked, 'B'), fill(asked, 'C')]
  const others = [...codes.values()].map((code) => fill(asked, code))
  return [...others, submit]
}

function fill(field: string, value: string): Step & { readonly does: 'call' } {
  return { does: 'call', call: { name: 'fill', given: { field, value } } }
}

function faultsOf(state: State): readonly Mending[] {
  const wrong = [...state.accepted].flatMap(([field, value]): Mending[] => {
    if (state.codes.has(field) && field === 'income_class') {
      const right = classOf(Number(state.record.get('yearly income')))
      return right === value ? [] : [{ says: `${field} is wrong.`, step: fill(field, right) }]
    }
    const right = state.record.get(field.replaceAll('_', ' '))
    return right === undefined || right === value
      ? []
      : [{ says: `${field} is not what the record says.`, step: fill(field, right) }]
  })
  return wrong
}
