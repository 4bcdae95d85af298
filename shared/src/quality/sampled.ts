/**
 * Which requests are sampled: a matter of their id alone, so that a sample can be drawn again from the records and no
 * caller can tell, or choose, whether it is looked at. Ids are minted by the gateway.
 */
export function isSampled(id: string, share: number): boolean {
  return spread(id) / 2 ** 32 < share
}

/** FNV-1a, its bits then mixed as MurmurHash3 does: FNV alone leaves the high bits of like ids alike. */
function spread(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
