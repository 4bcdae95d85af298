import { isNearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { readPackSource } from './read-source.ts'

const shop = `pack: shop
language: en
constants:
  hours: Monday to Friday, 9 to 17
intents:
  opening hours:
    examples:
      - When are you open?
      - what are your hours
    answer: We are open {{hours}}.
    followUps:
      - asked: [and on Sundays?]
        answer: On Sundays we are closed.
  branch:
    language: de
    slots:
      city: { Berlin: Lindenweg 1, Köln: Domplatz 2 }
    examples:
      - Wo ist die Filiale in {{city}}?
    answer: In {{ city }}.
    valid: { from: 2026-11-01, until: 2026-12-31 }
outOfScope:
  - who won the match
`

const refusal = (text: string): string => {
  try {
    readPackSource(text, 'shop.yaml')
    return 'nothing'
  } catch (error) {
    if (!isNearsideError(error)) throw error
    return error.message
  }
}

describe('a file of intents', () => {
  it('is read with its constants filled in, its slots in their examples, and the line of each', () => {
    const { intents, outside, precision } = readPackSource(shop, 'shop.yaml')
    expect(precision).toBe(0.99)
    expect(outside).toEqual([{ text: 'who won the match', line: 23 }])
    expect(intents[0]).toEqual({
      name: 'opening hours',
      language: 'en',
      examples: [
        { text: 'When are you open?', line: 8 },
        { text: 'what are your hours', line: 9 },
      ],
      answer: 'We are open Monday to Friday, 9 to 17.',
      slots: [],
      fromMs: null,
      untilMs: null,
      followUps: [{ asked: [{ text: 'and on Sundays?', line: 12 }], answer: 'On Sundays we are closed.' }],
    })
    expect(intents[1]).toMatchObject({
      language: 'de',
      examples: [{ text: 'Wo ist die Filiale in berlin?' }, { text: 'Wo ist die Filiale in köln?' }],
      answer: 'In {{city}}.',
      slots: [
        {
          name: 'city',
          values: [
            ['berlin', 'Lindenweg 1'],
            ['köln', 'Domplatz 2'],
          ],
        },
      ],
    })
  })

  it('takes a day as a day of UTC, the last one included, and a moment as it is written', () => {
    const { intents } = readPackSource(shop, 'shop.yaml')
    expect(intents[1]).toMatchObject({ fromMs: Date.UTC(2026, 10, 1), untilMs: Date.UTC(2027, 0, 1) })
    const moment = readPackSource(
      shop.replace('until: 2026-12-31', 'until: 2026-12-31T18:00+01:00'),
      'a.yaml',
    )
    expect(moment.intents[1]?.untilMs).toBe(Date.UTC(2026, 11, 31, 17))
  })

  it.each([
    [
      'an answer with a hole',
      '{{hours}}.',
      '{{ours}}.',
      /^shop.yaml:10: intents.opening hours.answer has {{ours}}/,
    ],
    [
      'a name that is not known',
      'followUps:',
      'followups:',
      /^shop.yaml:1[12]: .*followups is none of the names/,
    ],
    [
      'a day that there is not',
      '2026-12-31',
      '2026-02-30',
      /^shop.yaml:21: intents.branch.valid.until is a day/,
    ],
    ['an end before the beginning', '2026-12-31', '2026-10-01', /^shop.yaml:21: .* ends before it begins/],
    [
      'an example with an unknown slot',
      '{{city}}?',
      '{{town}}?',
      /^shop.yaml:19: .*examples\[0\] has {{town}}/,
    ],
    [
      'a slot that the answer leaves out',
      'In {{ city }}.',
      'Here.',
      /^shop.yaml:1[67]: .*city, which the answer/,
    ],
    ['a language that is none', 'language: de', 'language: German', /^shop.yaml:15: .*was German/],
    ['an empty example', 'what are your hours', '"?!"', /^shop.yaml:9: .*examples\[1\] is empty/],
    [
      'an intent of one example',
      '      - what are your hours\n',
      '',
      /^shop.yaml:\d+: .*fewer than 2 different/,
    ],
    ['a doubled name', '  branch:', '  opening hours:', /^shop.yaml:14: this is no YAML: .*unique/],
    ['an alias', 'who won the match', '*hours', /^shop.yaml:23: /],
    [
      'a truth value as a text',
      'answer: On Sundays we are closed.',
      'answer: true',
      /^shop.yaml:13: .* quotes/,
    ],
    ['no name', 'pack: shop\n', '', /^shop.yaml:1: the file lacks pack/],
    [
      'a precision of one',
      'language: en\n',
      'language: en\nprecision: 1\n',
      /^shop.yaml:3: precision lies between/,
    ],
    ['a slot with a placeholder as its value', 'Berlin: ', '"{{city}}": ', /^shop.yaml:17: .* placeholder/],
  ])('is refused with line and way for %s', (_, from, to, says) => {
    expect(shop).toContain(from)
    expect(refusal(shop.replace(from, to))).toMatch(says)
  })

  it('is refused where it holds one intent and nothing to tell it from', () => {
    const alone = 'pack: a\nlanguage: en\nintents:\n  b: { examples: [c, d], answer: e }\n'
    expect(refusal(alone)).toMatch(/told from nothing/)
    expect(refusal(`${alone}outOfScope: [f]\n`)).toBe('nothing')
    expect(refusal('pack: a\nintents: {}\n')).toMatch(/holds no intent/)
    expect(refusal('')).toMatch(/^shop.yaml:1: the file has names with values/)
    expect(refusal('{')).toMatch(/no YAML/)
  })
})
