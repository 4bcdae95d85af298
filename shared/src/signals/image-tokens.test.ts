import { describe, expect, it } from 'vitest'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { furtherImageTokens } from './image-tokens.ts'
import { promptTokens } from './prompt-tokens.ts'

const picture = { type: 'image_url', image_url: { url: 'https://a.example/b.png' } }
const seeing = (images: number) =>
  readChatRequest({
    model: 'auto',
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...Array(images).fill(picture)] },
    ],
  })
const bound = (images: number, model: string) =>
  promptTokens(seeing(images)) + furtherImageTokens(seeing(images), model)

describe('the bound on the tokens of a picture', () => {
  it.each([
    ['gpt-4o', 85 + 8 * 170],
    ['gpt-4o-mini', 2_833 + 8 * 5_667],
    ['gpt-4o-mini-2024-07-18', 2_833 + 8 * 5_667],
    ['gpt-4.1', 1_536],
    ['gpt-4.1-mini', 1_536 * 1.62],
    ['gpt-4.1-nano-2025-04-14', 1_536 * 2.46],
    ['gpt-5-nano', 1_536 * 2.46],
    ['o4-mini', 1_536 * 1.72],
  ])('TRUST 6: is not below the most that %s makes of one, for each of them', (model, most) => {
    for (const images of [1, 3])
      expect(bound(images, model) - bound(0, model)).toBeGreaterThanOrEqual(images * most)
  })

  it('adds nothing where there is none, and nothing for a model that charges them as most do', () => {
    expect(furtherImageTokens(seeing(0), 'gpt-4o-mini')).toBe(0)
    expect(furtherImageTokens(seeing(2), 'gpt-5.1')).toBe(0)
  })
})
