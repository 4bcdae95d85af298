/** A near answer that does not pass, by level: whether the better model is asked. */
import { cascade } from '@nearside/workers'
import { describe, expect, it } from 'vitest'
import { gateway, mail, whole } from './gateway.ts'

const text = `Draft a reminder for ${mail}, friendly and short.`
const escalating = (rules: Parameters<typeof gateway>[0]) =>
  gateway(rules, {
    near: () => whole(''),
    strategies: [cascade()],
    policy: { strategy: 'cascade', cascade: { bar: 1 } },
  })

describe.each([false, true])('an escalation, streamed: %s', (stream) => {
  it('TRUST 25: of what may not leave is none', async () => {
    for (const rules of [{ detect: { email: 'never-leave' } }, { detect: true, redact: 'refuse' }] as const) {
      const { ask, frontier } = escalating(rules)
      await (await ask(text, { stream })).text()
      expect(frontier()).toEqual([])
    }
  })

  it('of what is sensitive is none, while the near model answers', async () => {
    const { ask, frontier } = escalating({ detect: true })
    const response = await ask(text, { stream })
    await response.text()
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    expect(frontier()).toEqual([])
  })

  it('of what is public is made', async () => {
    const { ask, frontier } = escalating({ detect: true })
    await (await ask('Draft a reminder, friendly and short.', { stream })).text()
    expect(frontier()).toHaveLength(1)
  })
})
