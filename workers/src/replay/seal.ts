/**
 * Seals answers, and names keys and bodies, so that a store learns nothing and a tenant meets only its own.
 *
 * From one secret HKDF makes three keys for each tenant: one seals (AES-GCM, a fresh nonce each time), one names what
 * callers call a key, one tells bodies apart. The name is bound into the seal, so an answer that somebody moved under
 * another key does not open.
 */
import { isNearsideError, NearsideError } from '@nearside/core'

export type Seal = {
  /** What a caller's key is called in a store: 64 hexadecimal digits. */
  name(idempotencyKey: string): Promise<string>
  /** What tells one body from another: 64 hexadecimal digits. */
  digest(body: string): Promise<string>
  /** Base64 of nonce and sealed text. */
  close(name: string, text: string): Promise<string>
  /** Throws `store-failed` where this is not what was sealed for this tenant under this name. */
  open(name: string, sealed: string): Promise<string>
}

const nonceBytes = 12
const encoder = new TextEncoder()

/** Less could be guessed by whoever reads the store. */
export const leastSecretLength = 32

export function checkSealSecret(secret: unknown, path: string): void {
  if (typeof secret === 'string' && secret.length >= leastSecretLength) return
  // The secret itself is never repeated.
  throw new NearsideError('bad-options', `${path} has at least ${leastSecretLength} characters.`, {
    param: path,
  })
}

export async function openSeal(secret: string, tenant: string): Promise<Seal> {
  checkSealSecret(secret, 'secret')
  const base = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey'])
  const derive = (
    purpose: string,
    algorithm: { name: 'AES-GCM' | 'HMAC'; length: number; hash?: string },
    usages: ('encrypt' | 'decrypt' | 'sign')[],
  ): Promise<CryptoKey> =>
    crypto.subtle.deriveKey(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: encoder.encode('nearside idempotency 1'),
        info: encoder.encode(`${purpose} ${tenant}`),
      },
      base,
      algorithm,
      false,
      usages,
    )
  const mac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const
  const [sealing, naming, comparing] = await Promise.all([
    derive('seal', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']),
    derive('name', mac, ['sign']),
    derive('body', mac, ['sign']),
  ])

  return {
    name: (idempotencyKey) => hmac(naming, idempotencyKey),
    digest: (body) => hmac(comparing, body),
    async close(name, text) {
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
      const additionalData = encoder.encode(name)
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        sealing,
        encoder.encode(text),
      )
      const bytes = new Uint8Array(nonceBytes + sealed.byteLength)
      bytes.set(iv)
      bytes.set(new Uint8Array(sealed), nonceBytes)
      return toBase64(bytes)
    },
    async open(name, sealed) {
      try {
        const bytes = fromBase64(sealed)
        const iv = bytes.slice(0, nonceBytes)
        const additionalData = encoder.encode(name)
        const text = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv, additionalData },
          sealing,
          bytes.slice(nonceBytes),
        )
        return new TextDecoder().decode(text)
      } catch (error) {
        if (isNearsideError(error)) throw error
        throw new NearsideError('store-failed', 'A kept answer could not be opened.', { cause: error })
      }
    },
  }
}

async function hmac(key: CryptoKey, text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** In parts: a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  }
  return btoa(text)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text)
  const bytes = new Uint8Array(raw.length)
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at)
  return bytes
}
