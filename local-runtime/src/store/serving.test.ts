import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { markServed, serversOf } from './serving.ts'

const id = 'smollm2-135m@q4'
let folder: string
let marks: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serving-'))
  marks = join(folder, '.serving')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A mark of this process, as if another one that lives had written it. */
async function markOfParent(begun?: string): Promise<void> {
  const unmark = await markServed(folder, join(folder, id), 'http://127.0.0.1:1')
  const mine = JSON.parse(readFileSync(join(marks, `${id}.${process.pid}`), 'utf8')) as {
    begun: string | null
  }
  unmark()
  const stat =
    mine.begun === null ? null : readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1)!
  const mark = { pid: process.ppid, url: 'http://127.0.0.1:1', begun: begun ?? stat?.split(' ')[19] ?? null }
  writeFileSync(join(marks, `${id}.${process.ppid}`), JSON.stringify(mark))
}

it('tells which process serves a model, and of no other model', async () => {
  await markOfParent()
  expect(await serversOf(folder, id)).toEqual([{ pid: process.ppid, url: 'http://127.0.0.1:1' }])
  expect(await serversOf(folder, 'smollm2-135m@q8')).toEqual([])
})

it('takes its mark back', async () => {
  const unmark = await markServed(folder, join(folder, id), 'http://127.0.0.1:1')
  expect(readdirSync(marks)).toEqual([`${id}.${process.pid}`])
  unmark()
  expect(readdirSync(marks)).toEqual([])
})

it('leaves no mark for a model that lies elsewhere', async () => {
  await markServed(folder, join(tmpdir(), 'another', id), 'http://127.0.0.1:1')
  await markServed(folder, join(folder, 'no model'), 'http://127.0.0.1:1')
  expect(readdirSync(folder)).toEqual([])
})

it('believes no mark of a process that is gone, of another that has its id now, or that cannot be read', async () => {
  await markOfParent('1')
  writeFileSync(join(marks, `${id}.4194999`), JSON.stringify({ pid: 4_194_999, url: 'u', begun: null }))
  writeFileSync(join(marks, `${id}.7`), '{')
  expect(await serversOf(folder, id)).toEqual([])
  expect(readdirSync(marks)).toEqual([])
})

it('serves from a folder that takes no mark', async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(marks, 'a file where the folder of marks would be')
  const unmark = await markServed(folder, join(folder, id), 'http://127.0.0.1:1')
  expect(() => unmark()).not.toThrow()
  expect(await serversOf(folder, id)).toEqual([])
})
