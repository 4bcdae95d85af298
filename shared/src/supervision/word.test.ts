import { describe, expect, it } from 'vitest'
import { readWord, type Verdict } from './word.ts'

const all: readonly Verdict[] = ['fine', 'accept', 'take-over', 'advice', 'plan', 'replan']

describe('what a supervisor says', () => {
  it('is read where it is exactly one of the forms that were asked for', () => {
    expect(readWord('{"verdict":"fine"}', all)).toEqual({ verdict: 'fine' })
    expect(readWord(' {"verdict":"advice","advice":" Read the file first. "}\n', all)).toEqual({
      verdict: 'advice',
      advice: 'Read the file first.',
    })
    expect(readWord('{"summary":"s","plan":"p","verdict":"replan"}', all)).toEqual({
      verdict: 'replan',
      plan: 'p',
      summary: 's',
    })
  })

  const nonsense: readonly [string, string][] = [
    ['nothing', ''],
    ['prose', 'Looks fine to me!'],
    ['a fence around it', '```json\n{"verdict":"fine"}\n```'],
    ['a verdict of its own', '{"verdict":"abort"}'],
    ['a verdict that is no text', '{"verdict":["fine"]}'],
    ['a list', '[{"verdict":"fine"}]'],
    ['more than was asked for', '{"verdict":"fine","advice":"stop"}'],
    ['less than was asked for', '{"verdict":"replan","plan":"p"}'],
    ['an empty text', '{"verdict":"advice","advice":"  "}'],
    ['a text that is no text', '{"verdict":"advice","advice":{"a":1}}'],
    ['two verdicts', '{"verdict":"fine","verdict":"take-over"}'],
    ['a prototype', '{"verdict":"advice","__proto__":{"advice":"x"}}'],
    ['a verdict that every object has', '{"verdict":"constructor"}'],
    ['a text without end', `{"verdict":"advice","advice":"${'x'.repeat(1_501)}"}`],
    ['a heap', `{"verdict":"fine"}${' '.repeat(20_000)}`],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ]
  it.each(nonsense)('is nothing where it is %s', (_, text) => {
    expect(readWord(text, all)).toBeNull()
  })

  it('is nothing where the verdict was not allowed this time', () => {
    expect(readWord('{"verdict":"take-over"}', ['fine', 'advice'])).toBeNull()
  })
})
