import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { raplMeter } from './rapl.ts'

const folder = mkdtempSync(join(tmpdir(), 'powercap-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function domain(name: string, kind: string, microjoules: number | string, range = 1_000_000_000): void {
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'name'), `${kind}\n`)
  writeFileSync(join(folder, name, 'energy_uj'), `${microjoules}\n`)
  writeFileSync(join(folder, name, 'max_energy_range_uj'), `${range}\n`)
}

it('adds packages and their memory, and counts nothing twice', () => {
  domain('intel-rapl:0', 'package-0', 5_000_000)
  domain('intel-rapl:0:0', 'core', 1_000_000)
  domain('intel-rapl:0:1', 'dram', 2_000_000)
  domain('intel-rapl:1', 'package-1', 7_000_000)
  domain('intel-rapl:2', 'psys', 90_000_000)
  const meter = raplMeter(folder)!
  expect([meter.joules(), meter.estimated]).toEqual([0, false])

  domain('intel-rapl:0', 'package-0', 8_000_000)
  domain('intel-rapl:0:0', 'core', 4_000_000)
  domain('intel-rapl:0:1', 'dram', 2_500_000)
  domain('intel-rapl:1', 'package-1', 8_000_000)
  domain('intel-rapl:2', 'psys', 99_000_000)
  expect(meter.joules()).toBe(4.5)
})

it('goes on where a meter begins again at zero', () => {
  domain('intel-rapl:0', 'package-0', 99_000_000, 100_000_000)
  const meter = raplMeter(folder)!
  domain('intel-rapl:0', 'package-0', 2_000_000, 100_000_000)
  expect(meter.joules()).toBe(3)
})

it('is not there where nothing can be read, and passes over a meter that stops making sense', () => {
  expect(raplMeter(join(folder, 'missing'))).toBeNull()
  domain('intel-rapl:0', 'package-0', 'permission denied')
  expect(raplMeter(folder)).toBeNull()
  domain('intel-rapl:0', 'package-0', 1_000_000)
  const meter = raplMeter(folder)!
  domain('intel-rapl:0', 'package-0', 'garbage')
  expect(meter.joules()).toBe(0)
  domain('intel-rapl:0', 'package-0', 3_000_000)
  expect(meter.joules()).toBe(2)
})
