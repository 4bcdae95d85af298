import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { findChromium } from './find-chromium.ts'

const folder = mkdtempSync(join(tmpdir(), 'chromium-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('takes the one that is named, and refuses a name of nothing', async () => {
  expect(await findChromium({ CHROMIUM: process.execPath }, false)).toBe(process.execPath)
  await expect(findChromium({ CHROMIUM: '/nowhere/chrome' }, false)).rejects.toThrow(
    'CHROMIUM names /nowhere/chrome',
  )
})

it('finds one on PATH by any of its names', async () => {
  symlinkSync(process.execPath, join(folder, 'google-chrome'))
  expect(await findChromium({ PATH: `/nowhere:${folder}` }, false)).toBe(join(folder, 'google-chrome'))
})

it('says that there is none where nothing may be installed', async () => {
  expect(await findChromium({ PATH: '/nowhere' }, false)).toBeNull()
})
