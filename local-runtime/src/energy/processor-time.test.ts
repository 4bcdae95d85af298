import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { processorTimeMeter } from './processor-time.ts'

const folder = mkdtempSync(join(tmpdir(), 'proc-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function computed(id: number, ticks: number, children = '', name = 'node'): void {
  mkdirSync(join(folder, `${id}/task/${id}`), { recursive: true })
  writeFileSync(
    join(folder, `${id}/stat`),
    `${id} (${name}) S 1 1 1 0 -1 4194304 9 0 0 0 ${ticks - 1} 1 0 0 20\n`,
  )
  writeFileSync(join(folder, `${id}/task/${id}/children`), children)
}

it('is the time of the server and its engines, times what a core draws, and says that it is an estimate', () => {
  computed(10, 100, '11 ')
  computed(11, 300, '', 'a (strange) name')
  const meter = processorTimeMeter({ wattsPerCore: 8, folder, processId: 10 })!
  expect([meter.joules(), meter.estimated]).toEqual([32, true])
  computed(11, 500, '', 'a (strange) name')
  expect(meter.joules()).toBe(48)
})

it('keeps what an engine has used that is gone, and begins with its successor', () => {
  computed(10, 100, '11 ')
  computed(11, 300)
  const meter = processorTimeMeter({ wattsPerCore: 10, folder, processId: 10 })!
  expect(meter.joules()).toBe(40)
  rmSync(join(folder, '11'), { recursive: true })
  computed(10, 100, '12 ')
  computed(12, 50)
  expect(meter.joules()).toBe(45)
})

it('is not there where the system tells no times', () => {
  expect(processorTimeMeter({ wattsPerCore: 8, folder: join(folder, 'missing'), processId: 10 })).toBeNull()
})
