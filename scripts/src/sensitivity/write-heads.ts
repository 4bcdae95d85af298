/** Writes what `readTextHeads` reads: see there for the layout. */
import type { TextHeads } from '@nearside/core'

export function writeTextHeads(heads: TextHeads): Uint8Array {
  const numbers = [
    ...heads.tags.scales,
    heads.tagThreshold,
    ...heads.classes.scales,
    ...heads.classThresholds,
  ]
  const floats = new DataView(new ArrayBuffer(numbers.length * 4))
  for (const [i, number] of numbers.entries()) floats.setFloat32(i * 4, number, true)
  const { tags, classes } = heads
  const parts = [
    Uint8Array.from('NSH1', (char) => char.charCodeAt(0)),
    Uint8Array.of(tags.columns, log2(tags.bucketMask), classes.columns, log2(classes.bucketMask)),
    new Uint8Array(floats.buffer),
    heads.usedWords,
    heads.oftenWords,
    heads.nameWords,
    new Uint8Array(tags.weights.buffer),
    new Uint8Array(classes.weights.buffer),
  ]
  return new Uint8Array(Buffer.concat(parts))
}

function log2(mask: number): number {
  return Math.log2(mask + 1)
}
