/**
 * Writes several files of a folder: all of them beside it first, so that a full disk leaves what was there, and no file is ever
 * read half written.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
    rmSync(beside, { recursive: true, force: true })
  }
}
