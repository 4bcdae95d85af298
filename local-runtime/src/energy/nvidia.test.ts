import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sumOf } from './choose-meter.ts'
import { nvidiaMeter } from './nvidia.ts'
import type { Meter } from './rapl.ts'

let folder: string
let meter: Meter | null
let clock: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nvidia-'))
  meter = null
  clock = 0
})
afterEach(() => {
  meter?.close?.()
  rmSync(folder, { recursive: true, force: true })
})

/** A tool that says what `says` prints, having written down how it was called. */
function tool(says: string): string {
  const path = join(folder, 'nvidia-smi')
  writeFileSync(path, `#!/bin/sh\necho "$$ $@" >> ${folder}/called\n${says}\n`)
  chmodSync(path, 0o755)
  return folder
}

/** Says what lies in the file `power`, again and again. */
const loop = (): string => `while :; do cat ${folder}/power; sleep 0.01; done`
const draws = (lines: string): void => writeFileSync(join(folder, 'power'), lines)
const opened = (path: string, devices?: string): Meter => {
  meter = nvidiaMeter({ path, devices, now: () => clock })
  return meter!
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 10))
const called = (): string[] =>
  existsSync(join(folder, 'called')) ? readFileSync(join(folder, 'called'), 'utf8').trimEnd().split('\n') : []

/** Lets a second pass by the meter's clock until so much is counted for it. */
async function until(meter: Meter, watts: number): Promise<void> {
  for (let tries = 0; tries < 5_000; tries++) {
    const before = meter.joules()
    clock += 1_000
    const drawn = meter.joules() - before
    if (Math.abs(drawn - watts) < 1e-9) return
    await pause()
  }
  throw new Error(`it never counted ${watts} W`)
}

it('counts what all cards draw, and follows when that changes, with the tool started once', async () => {
  draws('0, 100.50\n1, 49.50\n')
  const cards = opened(tool(loop()))
  expect(cards.joules()).toBe(0)
  await until(cards, 150)
  draws('0, 30.00\n1, [N/A]\n')
  for (let tries = 0; tries < 300; tries++) {
    await pause()
    clock += 20
  }
  await until(cards, 30)
  expect(called()).toHaveLength(1)
  expect(called()[0]).toMatch(
    /^\d+ --query-gpu=index,power\.draw --format=csv,noheader,nounits --loop-ms=500$/,
  )
  expect([cards.estimated, cards.standsOn]).toEqual([false, 'nvidia-smi'])
})

it('never counts backwards, and nothing once the tool is silent', async () => {
  draws('0, 100\n')
  const cards = opened(tool(`cat ${folder}/power; sleep 60`))
  cards.joules()
  await until(cards, 100)
  const before = cards.joules()
  clock += 60_000
  const after = cards.joules()
  expect(after).toBeGreaterThanOrEqual(before)
  // Three seconds after the last word nobody knows what is drawn.
  expect(after).toBeLessThanOrEqual(300)
  clock += 60_000
  expect(cards.joules()).toBe(after)
})

it('is started again after a while where it ended, and not before', async () => {
  draws('0, 100\n')
  const cards = opened(tool(`cat ${folder}/power`))
  cards.joules()
  while (called().length < 1) await pause()
  await pause()
  clock += 59_000
  cards.joules()
  await pause()
  expect(called()).toHaveLength(1)
  for (let tries = 0; tries < 5_000 && called().length < 2; tries++) {
    clock += 1_000
    cards.joules()
    await pause()
  }
  expect(called().length).toBeGreaterThanOrEqual(2)
})

it('counts nothing of what makes no sense', async () => {
  const cards = opened(
    tool('echo "No devices were found"; echo "0, -5"; echo ", 7"; echo "0, 1e9"; sleep 60'),
  )
  cards.joules()
  while (called().length < 1) await pause()
  for (let tries = 0; tries < 20; tries++) {
    await pause()
    clock += 100
  }
  expect(cards.joules()).toBe(0)
})

it('looks at the cards that are meant only, and is not there where none are or the tool is not', async () => {
  draws('1, 5\n')
  const path = tool(loop())
  opened(path, '1').joules()
  while (called().length < 1) await pause()
  expect(called()[0]).toMatch(/ -i 1$/)
  for (const devices of ['', '-1']) expect(nvidiaMeter({ path, devices })).toBeNull()
  expect(nvidiaMeter({ path: join(folder, 'nowhere') })).toBeNull()
})

it('ends the tool when it is closed', async () => {
  draws('0, 5\n')
  const cards = opened(tool(`exec sleep 60`))
  cards.joules()
  while (called().length < 1) await pause()
  const id = Number(called()[0]!.split(' ')[0])
  cards.close?.()
  for (let tries = 0; tries < 5_000 && existsSync(`/proc/${id}`); tries++) await pause()
  expect(existsSync(`/proc/${id}`)).toBe(false)
  clock += 120_000
  cards.joules()
  await pause()
  expect(called()).toHaveLength(1)
})

it('adds to what the processor uses, and is an estimate where that is one', () => {
  const of = (joules: number, estimated: boolean): Meter => ({
    ...{ joules: () => joules, estimated, standsOn: String(joules) },
  })
  const sum = sumOf(of(3, true), of(4, false))
  expect([sum?.joules(), sum?.estimated, sum?.standsOn]).toEqual([7, true, '3; 4'])
  expect(sumOf(of(3, false), of(4, false))?.estimated).toBe(false)
  expect(sumOf(null, of(4, false))?.joules()).toBe(4)
  expect(sumOf(null, null)).toBeNull()
})
