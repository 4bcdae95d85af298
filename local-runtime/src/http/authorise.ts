/**
 * Who may ask. With a secret: whoever sends it. Without one the server listens on loopback only, and then asks
 * that it was addressed as such: a web page whose own host name was turned into 127.0.0.1 (DNS rebinding) would
 * otherwise be a caller like any other.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { NearsideError } from '@nearside/core'

export type Authorise = (headers: Headers) => void

export function authoriser(secret: string | null): Authorise {
  if (secret === null) return requireLocalHost
  // Hashes have one length, so the comparison tells neither content nor length by its time.
  const expected = sha256(secret)
  return (headers) => {
    const given = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? ''
    if (timingSafeEqual(sha256(given), expected)) return
    throw new NearsideError(
      'unauthorized',
      'Send the secret of this server as authorization: Bearer <secret>.',
      {
        param: 'authorization',
      },
    )
  }
}

function requireLocalHost(headers: Headers): void {
  const name = (headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase()
  if (name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)) return
  throw new NearsideError(
    'forbidden',
    'Without a secret this server answers only to localhost and 127.0.0.1; set a secret to use another name.',
    { param: 'host' },
  )
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
