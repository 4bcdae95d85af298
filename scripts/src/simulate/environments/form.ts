/**
 * A form that is filled field by field: its state lies in the form, not in the conversation.
 *
 * Order matters: a field is asked when those before it are accepted, and changing an answer clears what hangs on it. What
 * was accepted can be looked up at any time, and changed until the last word. Done means submitted, with every field right.
 */
import { between, drawFor, shuffle } from '../draw.ts'
import { type Environment, type Task, type Tool, unknownTool, type World } from './environment.ts'
import { fillerOf } from './filler.ts'
import { classOf, codeFor, type Field, fieldsOf, groupCount, recordOf } from './form-fields.ts'
import { newName } from './names.ts'

const tools: readonly Tool[] = [
  { name: 'view', description: 'Shows what the form has accepted, and what it asks next.', parameters: {} },
  {
    name: 'fill',
    description:
      'Fills one field. An accepted field may be filled again; fields that hang on it are then cleared.',
    parameters: { field: { type: 'string' }, value: { type: 'string' } },
  },
  { name: 'submit', description: 'Submits the form, when nothing more is asked.', parameters: {} },
]

export const form: Environment = {
  name: 'form',
  tools,
  tasks: (seed, count) => Array.from({ length: count }, (_, i) => taskOf(seed, i)),
}

function taskOf(seed: number, position: number): Task {
  const id = `form-${seed}-${position}`
  const draw = drawFor(id)
  const taken = new Set<string>()
  const names = Array.from({ length: 5 }, () => newName(draw, taken))
  const record = recordOf(id, `${names[0]} Sol`, names.slice(1))
  const order = shuffle(
    Array.from({ length: groupCount }, (_, i) => i),
    draw,
  )
  const salt = between(0, 999, draw)
  const right = rightAnswers(id, order, record)
  const lines = shuffle([...record], draw).map(([name, value]) => `${name} = ${value}`)
  return {
    id,
    prompt: `Task ${id}: fill and submit the form for this applicant; then say "Answer: submitted". The record: ${lines.join('; ')}.`,
    expected: [...right].map(([name, value]) => `${name}=${value}`).join(' '),
    fewestCalls: right.size + 2,
    open: () => openForm(id, order, right, salt),
  }
}

function rightAnswers(
  id: string,
  order: readonly number[],
  record: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const right = new Map<string, string>()
  const code = (name: string): string => codeFor(id, name, right.get(name) ?? '')
  for (let next = nextOf(order, right); next !== null; next = nextOf(order, right)) {
    const value =
      next.only?.(right, code) ??
      (next.name === 'income_class'
        ? classOf(Number(right.get('yearly_income')))
        : record.get(next.name.replaceAll('_', ' ')))
    if (value === undefined) throw new RangeError(`The record has nothing for ${next.name}.`)
    right.set(next.name, value)
  }
  return right
}

function nextOf(order: readonly number[], accepted: ReadonlyMap<string, string>): Field | null {
  return fieldsOf(order, accepted).find(({ name }) => !accepted.has(name)) ?? null
}

function openForm(
  id: string,
  order: readonly number[],
  right: ReadonlyMap<string, string>,
  salt: number,
): World {
  const accepted = new Map<string, string>()
  let submitted = false
  const code = (name: string): string => codeFor(id, name, accepted.get(name) ?? '')

  function asked(): string {
    const next = nextOf(order, accepted)
    if (next === null) return submitted ? 'The form is submitted.' : 'Asked next: nothing more; submit.'
    return `Asked next: ${next.name} – ${next.asks}.\nHelp for ${next.name}: ${fillerOf(420, drawFor(id, next.name, salt))}`
  }

  function told(field: Field, value: string): string {
    const shown = field.showsCode ? ` The code shown for ${field.name} is "${code(field.name)}".` : ''
    return `Field ${field.name} accepted: "${value}".${shown}`
  }

  function fill(name: string, value: string): string {
    const fields = fieldsOf(order, accepted)
    const field = fields.find((each) => each.name === name)
    if (field === undefined) return `Field ${name} refused: this form has no such field. ${asked()}`
    if (!accepted.has(name) && nextOf(order, accepted)?.name !== name) {
      return `Field ${name} refused: it is not asked yet. ${asked()}`
    }
    if (!field.shape.test(value))
      return `Field ${name} refused: "${value}" has not the right shape. ${asked()}`
    if (field.only !== undefined && field.only(accepted, code) !== value) {
      return `Field ${name} refused: "${value}" is not what was shown. ${asked()}`
    }
    const cleared = accepted.has(name) && accepted.get(name) !== value ? clearAfter(name) : []
    if (accepted.get(name) !== value) submitted = false
    accepted.set(name, value)
    const lost = cleared.length === 0 ? '' : `\nCleared: ${cleared.join(', ')}.`
    return `${told(field, value)}${lost}\n${asked()}`
  }

  function clearAfter(name: string): readonly string[] {
    const gone = fieldsOf(order, accepted).filter(
      (field) => field.needs.includes(name) && accepted.has(field.name),
    )
    for (const field of gone) accepted.delete(field.name)
    return gone.flatMap((field) => [field.name, ...clearAfter(field.name)])
  }

  return {
    call(tool, given) {
      if (tool === 'fill') return fill(String(given.field ?? ''), String(given.value ?? ''))
      if (tool === 'view') {
        const lines = fieldsOf(order, accepted).flatMap((field) => {
          const value = accepted.get(field.name)
          return value === undefined ? [] : [told(field, value)]
        })
        return `The form so far:\n${[...lines, asked()].join('\n')}`
      }
      if (tool !== 'submit') return unknownTool(tool, tools)
      if (nextOf(order, accepted) !== null) return `Not submitted: fields are missing. ${asked()}`
      submitted = true
      return 'Submitted. The form is submitted. Answers may still be changed, and the form then submitted again.'
    },
    done: () =>
      submitted &&
      accepted.size === right.size &&
      [...right].every(([name, value]) => accepted.get(name) === value),
  }
}
