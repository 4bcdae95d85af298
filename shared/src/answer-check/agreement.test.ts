import { describe, expect, it } from 'vitest'
import { agreementOf } from './agreement.ts'

const said = (text: string) => [{ text, toolCalls: [] }]
const agree = (one: string, other: string, alikeFrom = 0.8) => agreementOf(said(one), said(other), alikeFrom)

describe('two answers with one right form', () => {
  const same: readonly [string, string, string][] = [
    ['number', 'The answer is 1,250.', '1250'],
    ['number', 'So we add them.\n#### 42', 'The total of it all, as one sees, comes to: the answer is 42.0'],
    ['number', '\\boxed{0.5}', 'Antwort: 0,5'],
    ['number', '1.234.567', '1,234,567'],
    ['number', '1.234,5', '1,234.5'],
    ['choice', '(B)', 'I weigh them all, so the answer is B.'],
    ['choice', 'B) Paris', 'Answer: **B**'],
    ['json', '{"a":1,"b":[2]}', '```json\n{ "b": [2.0], "a": 1 }\n```'],
    ['yes-or-no', 'Yes.', 'Yes, because seven has no divisors.'],
    ['yes-or-no', 'Nein, das geht nicht.', 'No.'],
    ['text', 'Paris', 'paris!'],
  ]
  it.each(same)('agree by their %s: %s and %s', (by, one, other) => {
    expect(agree(one, other)).toEqual({ agreed: true, score: 1, by })
  })

  const different: readonly [string, string, string][] = [
    ['number', 'The answer is 12.', 'The answer is 21.'],
    ['number', '-4', '4'],
    ['choice', 'The answer is (A).', 'The answer is (C).'],
    ['json', '{"a":1}', '{"a":2}'],
    ['yes-or-no', 'Yes, it is a prime number, as one sees.', 'No, it is a prime number, as one sees.'],
  ]
  it.each(different)('differ by their %s, however alike their words are: %s and %s', (by, one, other) => {
    expect(agree(one, other)).toEqual({ agreed: false, score: 0, by })
  })

  it('agree by the calls of tools, their arguments read and not their letters', () => {
    const call = (args: string) => [{ text: '', toolCalls: [{ id: 'x', name: 'f', arguments: args }] }]
    expect(agreementOf(call('{"a":1, "b":2}'), call('{"b":2,"a":1}'), 0.8).agreed).toBe(true)
    expect(agreementOf(call('{"a":1}'), call('{"a":2}'), 0.8)).toMatchObject({
      agreed: false,
      by: 'tool-calls',
    })
    expect(agreementOf(call('{"a":1}'), said('a is 1'), 0.8).agreed).toBe(false)
  })
})

describe('two answers of free text', () => {
  const one = 'The train leaves at nine in the morning from the main station, so be there a little earlier.'

  it('are as alike as their words where nothing knows what they mean', () => {
    const near = 'The train leaves the main station at nine in the morning, so be there a little earlier.'
    const far = 'Photosynthesis turns carbon dioxide and water into sugar with the help of sunlight.'
    expect(agree(one, near)).toMatchObject({ agreed: true, by: 'likeness' })
    expect(agree(one, far)).toMatchObject({ agreed: false, by: 'likeness' })
    expect(agree(one, near, 1).agreed).toBe(false)
  })

  it('are as alike as their vectors where a model makes them', () => {
    const vectorOf = (text: string) => (text.includes('train') ? [1, 0] : [1, 0.1])
    const other = said('At nine, by rail.')
    expect(agreementOf(said(one), other, 0.9, vectorOf)).toMatchObject({ agreed: true, by: 'likeness' })
  })

  it('do not take the first letter of a sentence for a choice, nor a figure in it for the result', () => {
    expect(agree('A dog has four legs.', 'A cat is not a dog.').by).toBe('likeness')
    expect(agree('I think so.', 'I doubt it.').by).toBe('likeness')
  })

  it('differ where one of them says nothing', () => {
    expect(agree(one, '').agreed).toBe(false)
  })
})

it('several answers agree as far as the two that agree least', () => {
  const one = [...said('42'), ...said('Paris')]
  expect(agreementOf(one, [...said('42'), ...said('paris')], 0.8).agreed).toBe(true)
  expect(agreementOf(one, [...said('42'), ...said('Rome')], 0.8).agreed).toBe(false)
  expect(agreementOf(one, said('42'), 0.8).agreed).toBe(false)
  expect(agreementOf([], [], 0.8).agreed).toBe(false)
})
