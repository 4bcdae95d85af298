/**
 * Hashes a file as it lies on the disk: what is checked is what will be loaded, not what once came over the
 * wire.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export type FileHashes = { readonly sha256: string; readonly gitSha1: string }

export async function hashFile(path: string, bytes: number, signal?: AbortSignal): Promise<FileHashes> {
  const sha256 = createHash('sha256')
  const gitSha1 = createHash('sha1').update(`blob ${bytes}\0`)
  const stream = createReadStream(path, {
    highWaterMark: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  })
  for await (const chunk of stream) {
    sha256.update(chunk)
    gitSha1.update(chunk)
  }
  return { sha256: sha256.digest('hex'), gitSha1: gitSha1.digest('hex') }
}
