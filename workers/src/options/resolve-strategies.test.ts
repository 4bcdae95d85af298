import { describe, expect, it } from 'vitest'
import { cascade } from '../run/cascade.ts'
import { consistency } from '../run/consistency.ts'
import { hedging } from '../run/hedging.ts'
import { labelling } from '../run/labelling.ts'
import type { NearsideOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'

const given = { open: 'loopback', local: { url: 'http://127.0.0.1:1/v1', models: ['m'] } } as const
const resolved = (more: object) => resolveOptions({ ...given, ...more } as NearsideOptions)

describe('strategies', () => {
  it('are those that were handed in', () => {
    const { strategies, policy } = resolved({
      strategies: [cascade(), consistency()],
      policy: { strategy: 'cascade' },
    })
    expect(strategies.map(({ name }) => name)).toEqual(['cascade', 'consistency'])
    expect(policy.strategy).toBe('cascade')
    expect(resolved({})).toMatchObject({ strategies: [], hedging: null, labelling: null })
  })

  const wrong: readonly [object, string][] = [
    [{ policy: { strategy: 'cascade' } }, 'policy.strategy'],
    [{ strategies: [consistency()], policy: { strategy: 'cascade' } }, 'policy.strategy'],
    [{ strategies: [cascade(), cascade()] }, 'strategies[1]'],
    [{ strategies: cascade() }, 'strategies'],
    [{ strategies: [cascade] }, 'strategies[0]'],
    [{ strategies: [null] }, 'strategies[0]'],
    [{ hedging }, 'hedging'],
    [{ labelling: true }, 'labelling'],
  ]
  it.each(wrong)('TRUST 31: are refused with a path where they are wrong: %j', (more, path) => {
    expect(() => resolved(more)).toThrow(path)
  })

  it('TRUST 31: are refused where what makes them was told what cannot be', () => {
    const onLabel = (): void => {}
    expect(() => hedging({ leastMs: 0 })).toThrow('hedging.leastMs')
    expect(() => hedging({ leastMS: 5 } as object)).toThrow('did you mean leastMs')
    expect(() => consistency({ vector: () => [] } as object)).toThrow('consistency.vector')
    expect(() => labelling({ share: 0.1, onLabel, shares: 1 } as never)).toThrow('labelling.shares')
    expect(() => labelling({ share: 2, onLabel })).toThrow('labelling.share')
    expect(() => labelling({ share: 0.1, onLabel, limitMs: 60_000 })).toThrow('labelling.limitMs')
    expect(() => labelling({ share: 0.1, onLabel, atOnce: 0 })).toThrow('labelling.atOnce')
  })
})
