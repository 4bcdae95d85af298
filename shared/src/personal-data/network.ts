/**
 * Addresses of machines: IPv4, IPv6, MAC. They point at a household or a device, and count as personal data.
 *
 * Loopback, the unspecified address and netmasks belong to everybody and to nobody, and are left.
 */
import type { Finding } from './finding.ts'
import { isBeside } from './nearby.ts'

const ipv4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g
const colons = /(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/g
const mac = /(?<![\w:-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:-])/g
const ciscoMac = /(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])/g
const versionWords = /\b(?:version|ver|release|build|firmware|section|chapter|v)\.? ?$/i

export function findNetworkAddresses(text: string): readonly Finding[] {
  const isHexadecimal = /:[0-9A-F]{0,4}:|[0-9A-F]{2}-[0-9A-F]{2}-|[0-9A-F]{4}\.[0-9A-F]{4}\./i.test(text)
  return [...(/\d\.\d/.test(text) ? findIpv4(text) : []), ...(isHexadecimal ? findHexadecimal(text) : [])]
}

function findIpv4(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const { 0: match, index } of text.matchAll(ipv4)) {
    if (isHost(match, text, index) && !versionWords.test(text.slice(Math.max(0, index - 12), index))) {
      findings.push(found('ip-address', 'ipv4', index, match))
    }
  }
  return findings
}

function findHexadecimal(text: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const { 0: match, index } of text.matchAll(colons)) {
    if (isIpv6(match)) findings.push(found('ip-address', 'ipv6', index, match))
  }
  for (const { 0: match, index } of text.matchAll(mac)) {
    if (!/^(?:00|ff)(.00|.ff){5}$/i.test(match)) findings.push(found('device-id', 'mac', index, match))
  }
  for (const { 0: match, index } of text.matchAll(ciscoMac)) {
    if (isBeside(text, index, index + match.length, /\bmac\b|address|interface/i)) {
      findings.push(found('device-id', 'mac', index, match))
    }
  }
  return findings
}

function found(kind: 'ip-address' | 'device-id', detail: string, start: number, match: string): Finding {
  return { kind, detail, start, end: start + match.length, basis: 'form' }
}

/** Four single digits are more often a section of a document, and need a word. */
function isHost(match: string, text: string, start: number): boolean {
  const bytes = match.split('.').map(Number)
  const [first = 0] = bytes
  if (!bytes.every((byte) => byte <= 255) || /(?:^|\.)0\d/.test(match)) return false
  if (first === 0 || first === 127 || first === 255) return false
  return (
    match.length > 7 ||
    isBeside(text, start, start + match.length, /\b(?:ip|host|server|dns|address|ping)\b/i)
  )
}

/** Eight groups of up to four hexadecimal digits, one stretch of zeros left out; not a time, not `::`. */
function isIpv6(text: string): boolean {
  const dotted = text.includes('.')
  const groups = text.split(':')
  const short = text.split('::').length - 1
  if (groups.length < 3 || short > 1 || /^:[^:]|[^:]:$/.test(text)) return false
  const filled = groups.filter((group) => group !== '')
  if (!filled.every((group, i) => group.length <= 4 || (dotted && i === filled.length - 1))) return false
  const count = filled.length + (dotted ? 1 : 0)
  if (text === '::' || text === '::1' || (short === 1 && count < 2)) return false
  return short === 1 ? count <= 7 && text.length > 5 && /\d/.test(text) : count === 8
}
