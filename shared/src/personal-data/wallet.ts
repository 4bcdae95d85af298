/**
 * Addresses of crypto wallets, each by its own check: Base58Check (Bitcoin, Litecoin, Dogecoin, Tron), Bech32 (segwit),
 * the capitals of EIP-55 (Ethereum).
 */
import { keccak256 } from '../digest/keccak256.ts'
import { sha256 } from '../digest/sha256.ts'
import type { Finding } from './finding.ts'

const base58 = /(?<![A-Za-z0-9])(?:[13DLMAT9][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])/g
const bech32 =
  /(?<![A-Za-z0-9])(?:(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,87}|(?:BC|TB|LTC)1[02-9AC-HJ-NP-Z]{11,87})(?![A-Za-z0-9])/g
const ethereum = /(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])/g

const base58Signs = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const bech32Signs = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** Bitcoin, its scripts, Litecoin, its scripts, Dogecoin, its scripts, Tron. */
const versions: ReadonlySet<number> = new Set([0x00, 0x05, 0x30, 0x32, 0x1e, 0x16, 0x41])

export function findWallets(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const find = (pattern: RegExp, detail: string, valid: (match: string) => boolean): void => {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      if (!valid(match)) continue
      findings.push({ kind: 'wallet', detail, start: index, end: index + match.length, basis: 'checksum' })
    }
  }
  find(ethereum, 'ethereum', isEthereum)
  find(bech32, 'bech32', isBech32)
  find(base58, 'base58', isBase58Check)
  return findings
}

/** All in one case is an address without a check. */
function isEthereum(address: string): boolean {
  const hex = address.slice(2)
  const lower = hex.toLowerCase()
  if (/^(.)\1*$/.test(lower)) return false
  if (hex === lower || hex === hex.toUpperCase()) return true
  const digest = keccak256(Uint8Array.from(lower, (char) => char.charCodeAt(0)))
  for (let i = 0; i < hex.length; i++) {
    const nibble = ((digest[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15
    const isUpper = nibble >= 8
    if (hex[i] !== (isUpper ? lower[i]!.toUpperCase() : lower[i])) return false
  }
  return true
}

/** A version and twenty bytes, with four bytes of their double SHA-256 behind. */
function isBase58Check(address: string): boolean {
  const bytes = new Uint8Array(25)
  for (const sign of address) {
    let carry = base58Signs.indexOf(sign)
    for (let i = 24; i >= 0; i--) {
      carry += bytes[i]! * 58
      bytes[i] = carry & 0xff
      carry >>= 8
    }
    if (carry !== 0) return false
  }
  if (!versions.has(bytes[0]!)) return false
  const digest = sha256(sha256(bytes.subarray(0, 21)))
  return [0, 1, 2, 3].every((i) => digest[i] === bytes[21 + i])
}

const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 and, for newer addresses, BIP 350: the same polynomial, another end. */
function isBech32(address: string): boolean {
  const text = address.toLowerCase()
  const divide = text.lastIndexOf('1')
  const prefix = Array.from(text.slice(0, divide), (char) => char.charCodeAt(0))
  const data = Array.from(text.slice(divide + 1), (char) => bech32Signs.indexOf(char))
  let check = 1
  for (const value of [...prefix.map((unit) => unit >> 5), 0, ...prefix.map((unit) => unit & 31), ...data]) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let i = 0; i < 5; i++) if ((top >> i) & 1) check ^= generator[i]!
  }
  return check === 1 || check === 0x2bc830a3
}
