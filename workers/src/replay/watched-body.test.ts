import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { watchedBody } from './watched-body.ts'

/** A source of so many pieces, and how many were taken. */
function sourceOf(pieces: number) {
  const taken = { pieces: 0 }
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await delay(1)
        if (taken.pieces === pieces) return controller.close()
        taken.pieces++
        controller.enqueue(new TextEncoder().encode('piece '))
      },
    },
    { highWaterMark: 0 },
  )
  return { taken, source }
}

describe('a body that is passed on while its upstream is let finish', () => {
  it('TRUST 15: is not read ahead of a caller who stalls', async () => {
    const { taken, source } = sourceOf(Number.POSITIVE_INFINITY)
    const reader = watchedBody(source, 1_000, true).body.getReader()
    await reader.read()
    await delay(50)
    expect(taken.pieces).toBeLessThan(4)
  })

  it('TRUST 11: is read to its end for the copy where the caller leaves', async () => {
    const { source } = sourceOf(50)
    const { body, text } = watchedBody(source, 1_000, true)
    const reader = body.getReader()
    await reader.read()
    // One more is asked for when the caller leaves.
    reader.read().catch(() => {})
    await reader.cancel()
    expect(await text).toEqual({ complete: true, text: 'piece '.repeat(50) })
  })

  it('is kept in none of its parts where the caller leaves and nobody is to finish', async () => {
    const { taken, source } = sourceOf(50)
    const { body, text } = watchedBody(source, 1_000, false)
    const reader = body.getReader()
    await reader.read()
    await reader.cancel()
    expect(await text).toEqual({ complete: false, text: null })
    expect(taken.pieces).toBeLessThan(4)
  })
})
