import { piecesOf } from '@nearside/core'
import { expect, it } from 'vitest'
import { logits } from '../train/softmax.ts'
import { fitOneVsRest } from './fit-one-vs-rest.ts'
import { pieceRows, pieceSetOf } from './piece-rows.ts'

const texts = ['open the door', 'open the window', 'play a song', 'play some music', 'stop it', 'stop now']
const pieces = texts.map(piecesOf)
const set = pieceSetOf(pieces)
const fit = () =>
  fitOneVsRest(
    pieceRows(set, pieces),
    texts.map((_, i) => i),
    [0, 0, 1, 1, 2, 2],
    { classes: 3, cost: 1 },
  )

it('learns what it is shown, and the same each time', () => {
  const machine = fit()
  expect(fit().weights).toEqual(machine.weights)
  const voices = new Float32Array(3)
  const said = [...texts, 'open a bottle', 'stop the music now'].map((text) => {
    logits(pieceRows(set, [piecesOf(text)]), 0, machine.weights, machine.offset, voices)
    return voices.indexOf(Math.max(...voices))
  })
  expect(said).toEqual([0, 0, 1, 1, 2, 2, 0, 2])
})

it('is quiet everywhere about what is like nothing that it was shown', () => {
  const machine = fit()
  const voices = new Float32Array(3)
  logits(pieceRows(set, [piecesOf('quel temps')]), 0, machine.weights, machine.offset, voices)
  expect(Math.max(...voices)).toBeLessThan(0)
})
