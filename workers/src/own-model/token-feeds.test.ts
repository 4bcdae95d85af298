import { describe, expect, it } from 'vitest'
import type { SessionInput } from './open-session.ts'
import { tokenFeeds } from './token-feeds.ts'

const input = (
  name: string,
  dims: SessionInput['dims'] = ['batch', 'tokens'],
  type = 'int64',
): SessionInput => ({
  name,
  type,
  dims,
})
const plain = (data: ArrayLike<number>): number[] => Array.from(data)

describe('the inputs of a model that reads tokens', () => {
  it('are ids, a mask, types and places, as far as the model wants them', () => {
    const names = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids']
    const feeds = tokenFeeds(
      names.map((name) => input(name)),
      0,
    ).feed([5, 6, 7])
    expect(Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, plain(data)]))).toEqual({
      input_ids: [5, 6, 7],
      attention_mask: [1, 1, 1],
      token_type_ids: [0, 0, 0],
      position_ids: [0, 1, 2],
    })
    expect(feeds.input_ids).toMatchObject({ type: 'int64', dims: [1, 3] })
    expect(Object.keys(tokenFeeds([input('input_ids')], 0).feed([5]))).toEqual(['input_ids'])
  })

  it('are filled up where the model has a length of its own', () => {
    const { feed, fixedTokens } = tokenFeeds(
      [input('input_ids', [1, 4], 'int32'), input('attention_mask', [1, 4])],
      9,
    )
    expect(fixedTokens).toBe(4)
    const { input_ids, attention_mask } = feed([5, 6])
    expect([plain(input_ids!.data), input_ids!.type]).toEqual([[5, 6, 9, 9], 'int32'])
    expect(plain(attention_mask!.data)).toEqual([1, 1, 0, 0])
  })

  it.each<readonly [string, readonly SessionInput[], RegExp]>([
    ['no ids', [input('ids')], /has no input input_ids, but ids/],
    [
      'an input that tokens do not fill',
      [input('input_ids'), input('pixel_values')],
      /wants the input pixel_values/,
    ],
    ['ids of another type', [input('input_ids', ['a', 'b'], 'float32')], /wants input_ids as float32/],
    ['more than one row', [input('input_ids', [8, 'tokens'])], /\[8, tokens\]/],
    ['another rank', [input('input_ids', ['tokens'])], /one row/],
    ['two lengths', [input('input_ids', [1, 4]), input('attention_mask', [1, 5])], /different fixed lengths/],
  ])('are refused with %s', (_, inputs, message) => {
    expect(() => tokenFeeds(inputs, 0)).toThrow(message)
  })
})
