/** Takes a model off this machine. What was only linked stays where it lies. */
import { lstat, rename, rm, unlink } from 'node:fs/promises'
import type { InstalledModel } from './installed.ts'
import { withLock } from './lock.ts'
import { lockFile, stagingFolder } from './places.ts'

export async function removeModel(folder: string, model: InstalledModel): Promise<void> {
  await withLock(lockFile(folder, model.id), model.id, async () => {
    if ((await lstat(model.folder)).isSymbolicLink()) return unlink(model.folder)
    // Out of sight first: a removal that is cut short leaves no half of a model behind.
    const aside = `${stagingFolder(folder, model.id)}.old`
    await rm(aside, { recursive: true, force: true })
    await rename(model.folder, aside)
    await rm(aside, { recursive: true, force: true })
  })
}
