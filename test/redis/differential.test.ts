import { windowAt, type ZoneTable } from '@nearside/core'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { calendar } from '../../workers/src/budget/script-calendar.ts'
import { zoneTableOf } from '../../workers/src/budget/zone-table-of.ts'
import { day, hour, noon } from '../budget/builders.ts'
import { openMemoryStore } from '../budget/opened-store.ts'
import { random } from '../budget/random.ts'
import { schedule } from '../budget/schedule.ts'
import { type BridgedRedis, openRedisStore, startBridgedRedis, token } from './opened-redis-store.ts'

const long = process.env.NEARSIDE_LONG === '1'
const seeds = Array.from({ length: long ? 20 : 4 }, (_, index) => index + 1)
const steps = long ? 2_000 : 400

let redis: Awaited<ReturnType<typeof openRedisStore>>
let bridged: BridgedRedis
beforeAll(async () => {
  redis = await openRedisStore()
  bridged = await startBridgedRedis()
})
afterAll(async () => {
  await redis.close()
  await bridged.close()
})

it.each(seeds)('answers alike from memory and from Redis, whatever happens (seed %i)', async (seed) => {
  const memory = await openMemoryStore()
  for (const [index, { now, name, ask }] of schedule(seed, steps, false).entries()) {
    await memory.setClock(now)
    await redis.setClock(now)
    expect(await ask(redis.store), `step ${index}, ${name}`).toEqual(await ask(memory.store))
  }
})

/** Changes at midnight, over midnight, by half an hour, on a leap day's side of the year, and none at all. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'America/Havana',
  'America/Santiago',
  'Asia/Kolkata',
]
const windows = ['hour', 'day', 'month', 'total'] as const

it.each(zones)('finds the same windows in Lua as in TypeScript, in %s', async (timeZone) => {
  const zone = zoneTableOf(timeZone, noon)
  const instants = instantsOf(zone)
  const client = new Redis({ url: bridged.bridge.url, token, automaticDeserialization: false })
  const found = await client.eval(
    script,
    [],
    [zone.length, ...zone.flatMap(({ since, offsetMs }) => [since, offsetMs]), ...instants].map(String),
  )
  const expected = instants.flatMap((at) =>
    windows.map((window) => {
      const { startsAt, endsAt } = windowAt(window, zone, at)
      return `${at} ${window} ${startsAt} ${endsAt ?? 0}`
    }),
  )
  expect(found).toEqual(expected)
})

/** Any time of the table's years and a leap year before, and around each change to the millisecond. */
function instantsOf(zone: ZoneTable): readonly number[] {
  const { below } = random(9)
  const anywhere = Array.from({ length: 400 }, () => noon - 1_000 * day + below(1_800 * day))
  const around = zone.flatMap(({ since }) =>
    [-25 * hour, -hour, -1, 0, 1, hour - 1, hour, 23 * hour, 25 * hour].map((offset) => since + offset),
  )
  return [...anywhere, ...around].filter((at) => at > 0)
}

const script = `${calendar}
local rows = tonumber(ARGV[1])
local zone, found = {}, {}
for i = 1, rows do zone[i] = { since = tonumber(ARGV[2 * i]), offset = tonumber(ARGV[2 * i + 1]) } end
for i = 2 * rows + 2, #ARGV do
  for _, window in ipairs({ 'hour', 'day', 'month', 'total' }) do
    local starts, ends = window_at(window, zone, tonumber(ARGV[i]))
    found[#found + 1] = string.format('%s %s %.0f %.0f', ARGV[i], window, starts, ends or 0)
  end
end
return found`
