import { describe, expect, it } from 'vitest'
import { madeSamples, namedSamples, type Sample } from './corpus.ts'
import { countSample, rowOf } from './measure.ts'
import { random } from './random.ts'

const held = (samples: readonly Sample[]) => rowOf('all', samples.map(countSample))

const prose: readonly (readonly [string, string])[] = [
  ['English', 'The committee decided, after long debate, that the bridge would be repaired before winter.'],
  ['German', 'Die Geschwindigkeitsbegrenzung gilt auch nachts, obwohl dann kaum jemand unterwegs ist.'],
  ['French', 'Les élèves ont terminé leur exercice avant que la cloche ne sonne à midi.'],
  ['Swahili', 'Watoto walikuwa wakicheza uwanjani huku mama zao wakitayarisha chakula cha jioni.'],
  ['Finnish', 'Järven rannalla istui vanha mies, joka katseli hiljaa auringonlaskua.'],
  ['Russian', 'Дети играли во дворе, пока их родители готовили ужин на кухне.'],
  ['Hindi', 'बच्चे मैदान में खेल रहे थे और उनकी माताएँ खाना बना रही थीं।'],
  ['Chinese', '孩子们在院子里玩耍，他们的父母在厨房里准备晚饭。'],
  ['Japanese', '子供たちは庭で遊んでいて、両親は台所で夕食の準備をしていた。'],
  ['Arabic', 'كان الأطفال يلعبون في الساحة بينما كانت أمهاتهم يحضرن العشاء.'],
]

describe('the bound on a prompt’s tokens', () => {
  it.each(prose)('is not below what real tokenizers count, nor twice as much: %s', (_, text) => {
    const row = held([{ kind: 'prose', text }])
    expect(row.below).toBe(0)
    expect(row.median).toBeLessThan(1.9)
  })

  it('is below what they count in hardly any text in the languages of the world, and then by little', () => {
    const row = held(namedSamples())
    expect(row.texts).toBeGreaterThan(1_000)
    expect(row.below / row.texts).toBeLessThan(0.01)
    expect(row.least).toBeGreaterThan(0.9)
    expect(row.median).toBeLessThan(1.4)
  })

  it('is above nine tenths of what they count in code, keys, numbers and letters without order', () => {
    const row = held(madeSamples(random(77)))
    expect(row.least).toBeGreaterThan(0.9)
    expect(row.median).toBeLessThan(1.4)
  })

  it('counts what is missing where a text is told to be longer than its bound', () => {
    const sample = { kind: 'prose', text: 'short' }
    expect(rowOf('prose', [{ sample, bound: 9, newer: 10, most: 12 }])).toMatchObject({
      below: 1,
      shortBy: 3,
      least: 0.75,
      medianNewer: 0.9,
    })
  })
})
