import { expect, it } from 'vitest'
import { stopStrings } from './stop-strings.ts'

/** What comes out when the tokens go in one by one. */
function run(
  stops: readonly string[],
  tokens: readonly string[],
): { text: string; stopped: boolean; tokens: string[] } {
  const strings = stopStrings(stops)
  let text = ''
  const named: string[] = []
  for (const token of tokens) {
    const released = strings.push(token, { token, logprob: -1, top: [] })
    text += released.text
    named.push(...released.tokens.map(({ token }) => token))
    if (released.stopped) return { text, stopped: true, tokens: named }
  }
  const rest = strings.end()
  return {
    text: text + rest.text,
    stopped: false,
    tokens: [...named, ...rest.tokens.map(({ token }) => token)],
  }
}

it('lets text without stop texts through at once', () => {
  expect(stopStrings([]).push('hello', { token: 'hello', logprob: -1, top: [] }).text).toBe('hello')
})

it('ends before a stop text, wherever the tokens are cut', () => {
  const text = 'one two END three'
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      const tokens = [text.slice(0, first), text.slice(first, second), text.slice(second)]
      expect(run(['END'], tokens)).toMatchObject({ text: 'one two ', stopped: true })
    }
  }
})

it('ends before the first of several stop texts', () => {
  expect(run(['three', 'two'], ['one ', 'two ', 'three']).text).toBe('one ')
})

it('gives back what only looked like a stop text', () => {
  expect(run(['\n\nUser:'], ['a\n', '\nUs', 'ing b'])).toMatchObject({ text: 'a\n\nUsing b', stopped: false })
  expect(run(['aab'], ['a', 'a', 'a', 'b']).text).toBe('a')
})

it('holds back no more than could still become a stop text', () => {
  const strings = stopStrings(['END'])
  expect(strings.push('the E', { token: 't', logprob: -1, top: [] }).text).toBe('the ')
  expect(strings.push('x', { token: 'x', logprob: -1, top: [] }).text).toBe('Ex')
})

it('lets go of what it still holds when the model ends by itself', () => {
  expect(run(['END'], ['the EN'])).toMatchObject({ text: 'the EN', stopped: false })
})

it('names exactly the tokens whose text came out', () => {
  expect(run(['END'], ['on', 'e', 'EN', 'D', 'x']).tokens).toEqual(['on', 'e'])
  expect(run(['END'], ['on', 'eE', 'ND']).tokens).toEqual(['on', 'eE'])
  expect(run(['END'], ['a', '', 'b', 'EN']).tokens).toEqual(['a', '', 'b', 'EN'])
})
