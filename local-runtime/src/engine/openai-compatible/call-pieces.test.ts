import { expect, it } from 'vitest'
import { callPieces } from './call-pieces.ts'

const piece = (index: number, id: string | null, name: string | null, given: string) => ({
  ...{ index, id, name, arguments: given },
})

it('puts calls together that come in pieces and side by side', () => {
  const pieces = callPieces()
  pieces.push([piece(0, 'a', 'weather', '')])
  pieces.push([piece(0, null, null, '{"city":'), piece(1, 'b', 'time', '{')])
  pieces.push([piece(1, null, null, '}'), piece(0, null, null, '"Bern"}')])
  expect(pieces.calls()).toEqual([
    { id: 'a', name: 'weather', arguments: '{"city":"Bern"}' },
    { id: 'b', name: 'time', arguments: '{}' },
  ])
})

it('tells calls of one number apart by their ids, and takes a repeated id for the same call', () => {
  const pieces = callPieces()
  pieces.push([piece(0, 'a', 'weather', '{}')])
  pieces.push([piece(0, 'b', 'weather', '{"x":1}')])
  pieces.push([piece(0, 'b', null, ' ')])
  expect(pieces.calls().map(({ id, arguments: given }) => [id, given])).toEqual([
    ['a', '{}'],
    ['b', '{"x":1} '],
  ])
})
