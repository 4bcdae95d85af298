import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkParking, isInMemory } from './check-parking.ts'
import { type ParkedStates, parkedStates } from './parked-states.ts'
import { seal, unseal } from './seal.ts'
import { removeLeftovers, unnamedFile } from './unnamed-file.ts'

let tmpfs: string
let folder: string
let opened: ParkedStates[] = []
beforeEach(() => {
  tmpfs = mkdtempSync('/dev/shm/parking-')
  folder = mkdtempSync(join(tmpdir(), 'parking-'))
})
afterEach(async () => {
  await Promise.all(opened.map((states) => states.close()))
  opened = []
  for (const place of [tmpfs, folder]) rmSync(place, { recursive: true, force: true })
})

const canary = 'the canary sings of Bern '
const content = (name: string): string => `${name} ${canary.repeat(1_000)}`

function parking(bytes = 1_000_000, availableBytes = 1e9): ParkedStates {
  const states = parkedStates({ tmpfs, folder, bytes, availableBytes: () => availableBytes })
  opened.push(states)
  return states
}

const park = (states: ParkedStates, ids: readonly number[], name = String(ids)): Promise<void> =>
  states.park({ ids, bytes: content(name).length, save: async (path) => writeFileSync(path, content(name)) })

async function restored(states: ParkedStates, ids: readonly number[]): Promise<string | null> {
  const found = states.find(ids)
  let text: string | null = null
  if (found === null) return null
  const isBack = await states.restore(found, async (path) => {
    text = readFileSync(path, 'utf8')
  })
  return isBack ? text : null
}

/** The files in `place` that this process holds open, whether or not they have a name. */
function heldIn(place: string): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter((path) => {
      try {
        return readlinkSync(path).startsWith(place)
      } catch {
        return false
      }
    })
}

it('gives back what it parked, to whoever begins with the same tokens', async () => {
  const states = parking()
  await park(states, [1, 2, 3])
  await park(states, [1, 9, 9, 9])
  expect(states.find([1, 2, 3, 4])).toMatchObject({ shared: 3 })
  expect(states.find([1, 2, 7])).toMatchObject({ shared: 2 })
  expect(states.find([5])).toBeNull()
  expect(await restored(states, [1, 2, 3, 4])).toBe(content('1,2,3'))
  expect(await restored(states, [1, 9, 9])).toBe(content('1,9,9,9'))
  expect(states.usage()).toMatchObject({ states: 2, parked: 2, restored: 2 })
})

it('leaves nothing on the disk that can be read or found, and nothing in memory once it is sealed', async () => {
  const states = parking()
  let inClear = ''
  await states.park({
    ids: [1, 2, 3],
    bytes: 10,
    async save(path) {
      writeFileSync(path, content('x'))
      inClear = readFileSync(heldIn(tmpfs)[0]!, 'utf8')
    },
  })
  await states.settled()
  // The look that is taken at the disk would have found it in the clear copy.
  expect(inClear).toContain('canary')
  const [file, ...others] = heldIn(folder)
  expect(others).toEqual([])
  const onDisk = readFileSync(file!)
  expect(onDisk).toHaveLength(content('x').length)
  for (const part of ['canary', 'Bern', ' of ', 'sings']) expect(onDisk.includes(part)).toBe(false)
  expect(heldIn(tmpfs)).toEqual([])
  expect([...readdirSync(folder), ...readdirSync(tmpfs)]).toEqual([])
})

it('draws another key in each process, and opens nothing that was touched', async () => {
  const made = await Promise.all([
    open(join(folder, 'a'), 'w+'),
    open(join(folder, 'b'), 'w+'),
    open(join(folder, 'c'), 'w+'),
  ])
  const [from, to, back] = made
  await from!.write(content('x'))
  const key = Buffer.alloc(32, 1)
  const sealed = await seal(from!, to!, key)
  expect(await unseal(to!, back!, key, sealed)).toBe(true)
  expect(readFileSync(join(folder, 'c'), 'utf8')).toBe(content('x'))
  expect(await unseal(to!, back!, Buffer.alloc(32, 2), sealed)).toBe(false)
  expect(await unseal(to!, back!, key, { ...sealed, nonce: Buffer.alloc(12) })).toBe(false)
  await to!.write(Buffer.of(0x7f), 0, 1, 500)
  expect(await unseal(to!, back!, key, sealed)).toBe(false)
  await to!.truncate(100)
  expect(await unseal(to!, back!, key, sealed)).toBe(false)
  await Promise.all(made.map((file) => file.close()))
})

it('forgets the one used longest ago once the budget is full, and gives its room back', async () => {
  const states = parking(2 * content('1,2,3').length + 100)
  await park(states, [1, 2, 3])
  await park(states, [4, 5, 6])
  expect(await restored(states, [1, 2, 3])).not.toBeNull()
  await park(states, [7, 8, 9])
  await states.settled()
  expect(await restored(states, [4, 5, 6])).toBeNull()
  expect(await restored(states, [1, 2, 3])).toBe(content('1,2,3'))
  expect(states.usage().bytes).toBeLessThanOrEqual(2 * content('1,2,3').length + 100)
  expect(heldIn(folder)).toHaveLength(2)
})

it('keeps nothing twice: neither what a kept one begins with, nor what begins a longer one', async () => {
  const states = parking()
  await park(states, [1, 2, 3])
  await park(states, [1, 2])
  expect(states.usage()).toMatchObject({ states: 1, parked: 1 })
  await park(states, [1, 2, 3, 4])
  expect(states.usage()).toMatchObject({ states: 1, parked: 2 })
  expect(await restored(states, [1, 2, 3])).toBe(content('1,2,3,4'))
})

it('parks nothing where there is too little room, in the budget or in memory', async () => {
  for (const states of [parking(10), parking(1_000_000, 100)]) {
    await park(states, [1, 2, 3])
    expect([states.usage().states, heldIn(tmpfs), heldIn(folder)]).toEqual([0, [], []])
  }
})

it('goes on where a state cannot be written or read back', async () => {
  const states = parking()
  const broken = { ids: [1], bytes: 10, save: () => Promise.reject(new Error('no room')) }
  await states.park(broken)
  await states.park({ ...broken, save: async () => {} })
  expect([states.usage().states, heldIn(tmpfs), heldIn(folder)]).toEqual([0, [], []])
  await park(states, [1, 2, 3])
  const found = states.find([1, 2, 3])!
  expect(await states.restore(found, () => Promise.reject(new Error('it does not fit')))).toBe(false)
  expect(states.find([1, 2, 3])).toBeNull()
  rmSync(folder, { recursive: true })
  await park(states, [4])
  expect(states.usage().states).toBe(0)
})

it('makes files that nobody else may read, and removes empty ones that another process left', async () => {
  const { handle } = await unnamedFile(folder)
  expect((await handle.stat()).mode & 0o777).toBe(0o600)
  expect((await handle.stat()).nlink).toBe(0)
  await handle.close()
  const left = join(folder, 'nearside-parked-0011')
  const foreign = join(folder, 'notes')
  for (const path of [left, foreign]) writeFileSync(path, '')
  await removeLeftovers(folder, Date.now())
  expect(readdirSync(folder)).toHaveLength(2)
  await removeLeftovers(folder, Date.now() + 120_000)
  expect(readdirSync(folder)).toEqual(['notes'])
})

it('knows memory from a disk, and refuses to park without it', async () => {
  expect([await isInMemory(tmpfs), await isInMemory('/no/such/folder'), await isInMemory('/proc')]).toEqual([
    true,
    false,
    false,
  ])
  await checkParking({ tmpfs, folder, bytes: 1 }, Date.now())
  await expect(checkParking({ tmpfs: '/proc', folder, bytes: 1 }, Date.now())).rejects.toMatchObject({
    code: 'bad-options',
    param: 'parkKeyValues',
    message: expect.stringContaining('/proc is no tmpfs'),
  })
  await expect(
    checkParking({ tmpfs, folder: join(folder, 'missing'), bytes: 1 }, Date.now()),
  ).rejects.toThrow('Nothing can be parked in')
})
