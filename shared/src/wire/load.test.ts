import { describe, expect, it } from 'vitest'
import { type NodeLoad, readLoad, writeLoad } from './load.ts'

const busy: NodeLoad = { queue: 3, slotsBusy: 1, slots: 2, kv: 0.4, memory: 0.8, tokensPerSecond: 12 }

describe('the load of a node', () => {
  it('is one short header', () => {
    expect(writeLoad(busy)).toBe('queue=3;slots=1/2;kv=.4;memory=.8;tps=12')
    expect(writeLoad({ ...busy, kv: 0, memory: 1, tokensPerSecond: 0.26 })).toBe(
      'queue=3;slots=1/2;kv=0;memory=1;tps=.3',
    )
  })

  it('leaves out what the node does not know', () => {
    const load = { ...busy, kv: null, memory: null, tokensPerSecond: null }
    expect(writeLoad(load)).toBe('queue=3;slots=1/2')
    expect(readLoad('queue=3;slots=1/2')).toEqual(load)
  })

  it('is read as it was written', () => {
    expect(readLoad(writeLoad(busy))).toEqual(busy)
  })

  it('may have spaces, another order and fields of a newer node', () => {
    expect(readLoad('tps=12; kv=0.40 ;slots=1/2;gpu=.5;queue=3;memory=.8')).toEqual(busy)
  })

  it.each([
    '',
    'queue=3',
    'slots=1/2',
    'queue=-1;slots=1/2',
    'queue=1.5;slots=1/2',
    'queue=1e3;slots=1/2',
    'queue=99999999999;slots=1/2',
    'queue=0;slots=3/2',
    'queue=0;slots=0/0',
    'queue=0;slots=1',
    'queue=0;slots=1/2/3',
    'queue=0;slots=/',
    'queue=0;slots=1/2;kv=1.1',
    'queue=0;slots=1/2;memory=x',
    'queue=0;slots=1/2;tps=1.2.3',
    'queue=0;slots=1/2;tps=.',
    'queue=0;queue=9;slots=1/2',
    'queue=0;slots=1/2;;',
    'queue=0;slots=1/2;constructor=1/1;__proto__=1',
    'QUEUE=0;SLOTS=1/2',
    'queue=0;slots=1/2\r\nx-evil: 1',
    `queue=0;slots=1/2;${'a=1;'.repeat(1_000_000)}`,
    `queue=${'9'.repeat(1_000_000)};slots=1/2`,
    `queue=0;slots=1/2;kv=${' '.repeat(240)}`,
    '\u0000',
  ])('TRUST 35: counts as unknown when the text is broken or hostile: %.60j', (text) => {
    expect(readLoad(text)).toBeNull()
  })
})
