/** What every store of answers promises, whichever it is. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CacheStore } from '../../workers/src/cache/cache-store.ts'

export type OpenedCacheStore = {
  readonly store: Pick<CacheStore, 'load' | 'save'>
  close(): Promise<void>
}

/** `endsMs` is the sooner end that the store can keep by itself; null where it cannot end anything within a test. */
export function conformance(
  name: string,
  open: () => Promise<OpenedCacheStore>,
  { endsMs }: { readonly endsMs: number | null },
): void {
  describe(`a store of answers in ${name}`, () => {
    let opened: OpenedCacheStore
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.close())
    const newName = (): string => randomUUID().replaceAll('-', '').repeat(2)

    it('gives back what was put under a name, to its own tenant alone', async () => {
      const { store } = opened
      const under = newName()
      await store.save('acme', under, 'sealed', 60_000)
      expect(await store.load('acme', under)).toBe('sealed')
      expect(await store.load('other', under)).toBeNull()
      expect(await store.load('acme', newName())).toBeNull()
    })

    it('puts the newer in the place of the older', async () => {
      const { store } = opened
      const under = newName()
      await store.save('acme', under, 'older', 60_000)
      await store.save('acme', under, 'newer', 60_000)
      expect(await store.load('acme', under)).toBe('newer')
    })

    it('keeps a quarter of a million characters', async () => {
      const { store } = opened
      const under = newName()
      const sealed = 'Aa0+/='.repeat(45_000)
      await store.save('acme', under, sealed, 60_000)
      expect(await store.load('acme', under)).toBe(sealed)
    })

    if (endsMs === null) return
    it('ends what is over', async () => {
      const { store } = opened
      const under = newName()
      await store.save('acme', under, 'sealed', endsMs)
      await pause(endsMs + 200)
      expect(await store.load('acme', under)).toBeNull()
    })
  })
}
