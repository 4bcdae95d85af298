/**
 * Encrypts one file into another with AES-256-GCM, in pieces, so that neither has to fit into memory a second time. Nonce and tag stay in
 * memory with the key: on the disk lies nothing but what looks like noise, and what comes back was not touched, or does not come back.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

export type Sealed = { readonly bytes: number; readonly nonce: Buffer; readonly tag: Buffer }

export const keyBytes = 32
const nonceBytes = 12
const cipherName = 'aes-256-gcm'

/** Short enough that whoever is answered by the same process does not notice. */
const pieceBytes = 1_048_576

export async function seal(from: FileHandle, to: FileHandle, key: Buffer): Promise<Sealed> {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(cipherName, key, nonce)
  const bytes = await carry(from, to, (piece) => cipher.update(piece))
  cipher.final()
  return { bytes, nonce, tag: cipher.getAuthTag() }
}

/** False where it is not what was sealed; then nothing of `to` may be used. */
export async function unseal(
  from: FileHandle,
  to: FileHandle,
  key: Buffer,
  sealed: Sealed,
): Promise<boolean> {
  const decipher = createDecipheriv(cipherName, key, sealed.nonce, { authTagLength: sealed.tag.length })
  decipher.setAuthTag(sealed.tag)
  const bytes = await carry(from, to, (piece) => decipher.update(piece))
  try {
    decipher.final()
  } catch {
    return false
  }
  return bytes === sealed.bytes
}

async function carry(from: FileHandle, to: FileHandle, through: (piece: Buffer) => Buffer): Promise<number> {
  const buffer = Buffer.alloc(pieceBytes)
  let at = 0
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, pieceBytes, at)
    if (bytesRead === 0) break
    const piece = through(buffer.subarray(0, bytesRead))
    for (let written = 0; written < piece.length; ) {
      written += (await to.write(piece, written, piece.length - written, at + written)).bytesWritten
    }
    at += bytesRead
  }
  buffer.fill(0)
  return at
}
