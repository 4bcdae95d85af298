import { NearsideError } from '@nearside/core'
import { expect, it } from 'vitest'
import { type Engine, plainGeneration } from '../engine/engine.ts'
import { scriptedEngine } from '../engine/scripted.ts'
import { keepResident, type Resident, type Room } from './resident.ts'

type Opened = { readonly rooms: Room[]; readonly log: string[]; readonly resident: Resident }

/** Notes each load and each dispose; `load` may wait or fail. */
function keeping(load: (count: number) => Promise<void> = async () => {}, keepAliveMs = 0): Opened {
  const rooms: Room[] = []
  const log: string[] = []
  function open(room: Room): Engine {
    const count = rooms.push(room)
    const engine = scriptedEngine({
      script: () => ['x'],
      model: { version: `${count}` },
      loaded: async () => {
        log.push(`load ${count}`)
        await load(count)
      },
    })
    return {
      ...engine,
      async dispose() {
        // Memory does not come back in the same instant.
        await new Promise((resolve) => setTimeout(resolve, 5))
        log.push(`gone ${count}`)
        await engine.dispose()
      },
    }
  }
  const resident = keepResident({
    open,
    reopens: true,
    keepAliveMs,
    onLoaded: () => {},
    onUnloaded: () => {},
  })
  return { rooms, log, resident }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

it('loads once for however many ask at the same time', async () => {
  const { rooms, resident } = keeping(() => pause(5))
  const held = await Promise.all([1, 2, 3].map(() => resident.hold()))
  expect([rooms.length, resident.holders(), resident.counts().loads]).toEqual([1, 3, 1])
  for (const { release } of held) release()
  held[0]!.release()
  expect(resident.holders()).toBe(0)
})

it('never unloads what is held, and begins to load again only when the memory is back', async () => {
  const { log, resident } = keeping()
  const held = await resident.hold()
  expect(await resident.unload('pressure')).toBe(false)
  held.release()
  const unloading = resident.unload('pressure')
  const again = resident.hold()
  expect(await unloading).toBe(true)
  expect((await again).model.version).toBe('2')
  expect(log).toEqual(['load 1', 'gone 1', 'load 2'])
})

it('sleeps when nobody held it for a while, and not while somebody does', async () => {
  const { log, resident } = keeping(undefined, 15)
  const held = await resident.hold()
  await pause(40)
  expect(resident.standing()).toBe('ready')
  held.release()
  await expect.poll(() => [resident.standing(), log]).toEqual(['asleep', ['load 1', 'gone 1']])
})

it('does not sleep while it is being exchanged, and loads no third copy then', async () => {
  const { rooms, log, resident } = keeping((count) => pause(count === 2 ? 40 : 0), 10)
  await resident.start()
  const replaced = resident.replace()
  await pause(25)
  expect(await resident.unload('pressure')).toBe(false)
  const held = await resident.hold()
  expect(held.model.version).toBe('1')
  expect((await replaced).version).toBe('2')
  held.release()
  await pause(10)
  expect([rooms, log]).toEqual([
    ['alone', 'beside'],
    ['load 1', 'load 2', 'gone 1'],
  ])
})

it('exchanges once for however many ask for it', async () => {
  const { rooms, resident } = keeping(() => pause(2))
  await resident.start()
  const models = await Promise.all([resident.replace(), resident.replace()])
  expect(models.map(({ version }) => version)).toEqual(['2', '2'])
  expect(rooms).toHaveLength(2)
})

it('counts on over engines that have gone', async () => {
  const { resident } = keeping()
  for (let round = 0; round < 3; round++) {
    const { engine, release } = await resident.hold()
    const generation = { ...plainGeneration, messages: [{ role: 'user' as const, text: 'x' }] }
    for await (const event of engine.generate(generation, new AbortController().signal)) void event
    release()
    await resident.unload('idle')
  }
  expect(resident.counts()).toMatchObject({ tokensMade: 3, loads: 3, unloads: { idle: 3 } })
})

it('tells callers of a reload that failed as a fault of this node, and spares the disk for a while', async () => {
  const { rooms, resident } = keeping(async (count) => {
    if (count > 1) throw new NearsideError('bad-options', 'The file is damaged.')
  })
  await resident.start()
  await resident.unload('idle')
  for (let ask = 0; ask < 3; ask++)
    await expect(resident.hold()).rejects.toMatchObject({ code: 'tier-failed' })
  expect(rooms).toHaveLength(2)
  // An operator who has mended it need not wait.
  await expect(resident.replace()).rejects.toThrow('damaged')
  expect(rooms).toHaveLength(3)
})

it('tries again at once what only lacked memory, and tells callers when to return', async () => {
  const { resident } = keeping(async (count) => {
    if (count === 2) throw new NearsideError('not-ready', 'No room.', { param: 'memory', retryAfterMs: 10 })
  })
  await resident.start()
  await resident.unload('pressure')
  await expect(resident.hold()).rejects.toMatchObject({ code: 'not-ready', retryAfterMs: 10 })
  expect((await resident.hold()).model.version).toBe('3')
})

it('an engine that fails to close hides no reason why its load failed, and ends no process', async () => {
  let isWhole = false
  const resident = keepResident({
    open: () => ({
      ...scriptedEngine({
        script: () => ['x'],
        loaded: async () => {
          if (!isWhole) throw new NearsideError('bad-options', 'These weights are damaged.')
        },
      }),
      dispose: () => Promise.reject(new Error('It does not close.')),
    }),
    reopens: true,
    keepAliveMs: 1,
    onLoaded: () => {},
    onUnloaded: () => {},
  })
  await expect(resident.start()).rejects.toThrow('damaged')
  isWhole = true
  await resident.replace()
  await expect.poll(() => [resident.standing(), resident.counts().unloads.idle]).toEqual(['asleep', 1])
})
