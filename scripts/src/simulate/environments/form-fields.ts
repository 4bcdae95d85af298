/**
 * The form: which fields there are, on what each hangs, and what would be right for an applicant.
 *
 * A field takes a line of the applicant's record, a class that follows from a number, or codes that the form showed when
 * another field was accepted. Which fields there are depends on the answers. A wrong line of the right shape is accepted,
 * as forms do; a code that was not shown is refused.
 */
import { drawFor, hashOf } from '../draw.ts'

export type Field = {
  readonly name: string
  /** How the form asks for it. */
  readonly asks: string
  readonly shape: RegExp
  /** Fields that must be accepted before, and whose change clears this one. */
  readonly needs: readonly string[]
  /** Accepting it shows a code. */
  readonly showsCode?: true
  /** What alone is accepted, where the form can tell. */
  readonly only?: (accepted: ReadonlyMap<string, string>, code: (field: string) => string) => string
}

const words = /^[\w .'+-]{2,40}$/

/** The code that this form shows for a field's value: it changes with the value. */
export function codeFor(taskId: string, field: string, value: string): string {
  return `${field.charAt(0).toUpperCase()}-${100 + (hashOf(`${taskId}/${field}/${value}`) % 900)}`
}

export function classOf(income: number): string {
  return income < 20_000 ? 'A' : income < 50_000 ? 'B' : 'C'
}

function fromRecord(name: string, shape: RegExp = words, more: Partial<Field> = {}): Field {
  return { name, asks: `take "${name.replaceAll('_', ' ')}" from the record`, shape, needs: [], ...more }
}

function shownCode(name: string, of: string): Field {
  return {
    name,
    asks: `enter the code shown for ${of}`,
    shape: /^[A-Z]-\d{3}$/,
    needs: [of],
    only: (_, code) => code(of),
  }
}

const employments: Readonly<Record<string, string>> = {
  employed: 'employer',
  'self-employed': 'business_number',
  student: 'school',
}

const groups: readonly (readonly Field[])[] = [
  [fromRecord('applicant_name'), fromRecord('birth_year', /^\d{4}$/)],
  [fromRecord('home_postcode', /^\d{4}$/, { showsCode: true }), shownCode('district', 'home_postcode')],
  [fromRecord('employment', /^(?:employed|self-employed|student)$/), fromRecord('workplace')],
  [
    fromRecord('yearly_income', /^\d{4,6}$/),
    {
      name: 'income_class',
      asks: 'the class of yearly_income: A below 20000, B below 50000, C from there on',
      shape: /^[ABC]$/,
      needs: ['yearly_income'],
      showsCode: true,
    },
    shownCode('fee_code', 'income_class'),
  ],
  [fromRecord('billing_postcode', /^\d{4}$/, { showsCode: true }), shownCode('office', 'billing_postcode')],
  [fromRecord('phone', /^\d{6}$/)],
]

const confirmation: Field = {
  name: 'confirmation',
  asks: 'the code shown for home_postcode, a slash, and the code shown for income_class',
  shape: /^[A-Z]-\d{3}\/[A-Z]-\d{3}$/,
  needs: ['home_postcode', 'income_class'],
  only: (_, code) => `${code('home_postcode')}/${code('income_class')}`,
}

/** The fields in the order of this task's form, as they are after these answers. */
export function fieldsOf(order: readonly number[], accepted: ReadonlyMap<string, string>): readonly Field[] {
  const work = employments[accepted.get('employment') ?? '']
  return [...order.flatMap((group) => groups[group] ?? []), confirmation].flatMap((field) => {
    if (field.name !== 'workplace') return [field]
    return work === undefined ? [] : [fromRecord(work, words, { needs: ['employment'] })]
  })
}

export const groupCount: number = groups.length

/** The applicant: each line with one beside it that looks alike and is not asked for. */
export function recordOf(
  taskId: string,
  name: string,
  others: readonly string[],
): ReadonlyMap<string, string> {
  const draw = drawFor('record', taskId)
  const digits = (count: number): string =>
    String(Math.floor((1 + draw() * 9) * 10 ** (count - 1))).slice(0, count)
  const kinds = Object.keys(employments)
  const employment = kinds[Math.floor(draw() * kinds.length)] ?? 'student'
  const [first = '', second = '', third = '', fourth = ''] = others
  return new Map([
    ['applicant name', name],
    ['name of the spouse', first],
    ['birth year', `19${digits(2)}`],
    ['birth year of the spouse', `19${digits(2)}`],
    ['home postcode', digits(4)],
    ['billing postcode', digits(4)],
    ['former postcode', digits(4)],
    ['employment', employment],
    ['employer', `${second} Works`],
    ['former employer', `${third} Works`],
    ['business number', `B${digits(5)}`],
    ['tax number', `T${digits(5)}`],
    ['school', `${fourth} School`],
    ['former school', `${second} School`],
    ['yearly income', String(9_000 + Math.floor(draw() * 70_000))],
    ['yearly income before', String(9_000 + Math.floor(draw() * 70_000))],
    ['phone', digits(6)],
    ['phone at work', digits(6)],
  ])
}
