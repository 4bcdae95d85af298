/**
 * Private keys in their PEM or PGP armour, and credentials written into URLs.
 *
 * A block that has begun and does not end is taken to the end of what could be a key: half a key is still a secret. Ends are
 * looked for once, not from every beginning.
 */
import type { Finding } from './finding.ts'

const longestKeyChars = 16_384
const longestUserInfoChars = 320
const begin = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
const secretParameter =
  /[?&#](?:access_?token|api_?key|apikey|auth|client_secret|key|password|passwd|pwd|secret|sig|signature|token|x-amz-signature)=([^\s&#"'<>]{8,500})/gi

export function findKeyBlocks(text: string): readonly Finding[] {
  if (!text.includes('-----BEGIN ')) return []
  const findings: Finding[] = []
  let behind = 0
  for (const { 0: head, index } of text.matchAll(begin)) {
    if (index < behind) continue
    const body = text.slice(index + head.length, index + longestKeyChars)
    const tail = /-----END [A-Z0-9 ]{1,60}-----|(?=-----BEGIN )/.exec(body)
    const length =
      tail === null ? (/^[A-Za-z0-9+/=\s:,\\-]*/.exec(body)?.[0].length ?? 0) : tail.index + tail[0].length
    behind = index + head.length + length
    findings.push({ kind: 'private-key', detail: 'pem', start: index, end: behind, basis: 'form' })
  }
  return findings
}

/** `scheme://user:password@host`: user and password; and the value of a parameter that is called a secret. */
export function findUrlCredentials(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const from = at + 3
    const authority = /^[^\s/?#"'<>@]*@/.exec(text.slice(from, from + longestUserInfoChars))?.[0]
    if (authority === undefined || !/^[^:]*:./.test(authority.slice(0, -1))) continue
    const end = from + authority.length - 1
    findings.push({ kind: 'url-credentials', detail: 'user-info', start: from, end, basis: 'form' })
  }
  if (!text.includes('=')) return findings
  for (const { 0: match, 1: value = '', index } of text.matchAll(secretParameter)) {
    const end = index + match.length
    findings.push({
      kind: 'url-credentials',
      detail: 'parameter',
      start: end - value.length,
      end,
      basis: 'form',
    })
  }
  return findings
}
