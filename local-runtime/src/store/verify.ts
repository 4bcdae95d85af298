/** Reads a model's files once more and holds them against the hashes they came with. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../hub/hash-file.ts'
import type { InstalledModel } from './installed.ts'

export type VerifiedFile = {
  readonly path: string
  readonly state: 'whole' | 'damaged' | 'missing'
}

/** `unknown`: nobody told the hashes of a model of one's own. */
export type Verified = {
  readonly id: string
  readonly state: 'whole' | 'damaged' | 'unknown'
  readonly files: readonly VerifiedFile[]
}

export async function verifyModel(model: InstalledModel, signal: AbortSignal): Promise<Verified> {
  if (model.record === null) return { id: model.id, state: 'unknown', files: [] }
  const files: VerifiedFile[] = []
  for (const [path, wanted] of Object.entries(model.record.sha256)) {
    const place = join(model.folder, ...path.split('/'))
    const status = await stat(place).catch(() => null)
    if (status === null) files.push({ path, state: 'missing' })
    else {
      const { sha256 } = await hashFile(place, status.size, signal)
      files.push({ path, state: sha256 === wanted ? 'whole' : 'damaged' })
    }
  }
  return { id: model.id, state: files.every(({ state }) => state === 'whole') ? 'whole' : 'damaged', files }
}
