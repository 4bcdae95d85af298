/**
 * Writes several files of a folder so that there are all of them or none: into a folder beside it first, which then takes the
 * name, or, where there is one of that name, gives its files over one by one.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

export function writeTogether(folder: string, files: Readonly<Record<string, string>>): void {
  const path = resolve(folder)
  mkdirSync(dirname(path), { recursive: true })
  const beside = mkdtempSync(join(dirname(path), `.${basename(path)}-`))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(beside, name), text)
    mkdirSync(path, { recursive: true })
    for (const name of Object.keys(files)) renameSync(join(beside, name), join(path, name))
  } finally {
    if (existsSync(beside)) rmSync(beside, { recursive: true, force: true })
  }
}
