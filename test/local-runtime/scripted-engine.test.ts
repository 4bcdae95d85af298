import { scriptedEngine } from '@nearside/local-runtime'
import { expect, it } from 'vitest'
import { answerOf, engineContract } from './engine-contract.ts'
import { endless, words } from './scripts.ts'

engineContract('scripted', {
  open: () => scriptedEngine({ script: () => words, model: { contextTokens: 2_048 } }),
  tokensOnTheWay: 0,
  openEndless: () => scriptedEngine({ script: endless }),
})

it('says what its script says', async () => {
  const engine = scriptedEngine({ script: ({ messages }) => ['You said: ', messages[0]!.text] })
  await engine.load()
  expect(await answerOf(engine)).toMatchObject({ text: 'You said: Count to ten.', tokens: 2 })
})

it('fails as its script fails', async () => {
  const engine = scriptedEngine({
    *script() {
      yield 'a'
      throw new Error('broken')
    },
  })
  await engine.load()
  await expect(answerOf(engine)).rejects.toThrow('broken')
})
