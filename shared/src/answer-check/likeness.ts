/**
 * How alike two texts are, from 0 to 1: the cosine of their vectors. Without a model of sentences the vector counts letter
 * triples, hashed into a thousand places: blind to meaning, but two samples of one small model that mean the same mostly
 * say it in the same words.
 */
export type VectorOf = (text: string) => ArrayLike<number>

export function likeness(one: string, other: string, vectorOf: VectorOf | null = null): number {
  const of = vectorOf ?? triples
  return Math.min(1, Math.max(0, cosine(of(one), of(other))))
}

function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [product, ours, theirs] = [0, 0, 0]
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i] ?? 0, other[i] ?? 0]
    product += a * b
    ours += a * a
    theirs += b * b
  }
  return ours === 0 || theirs === 0 ? 0 : product / Math.sqrt(ours * theirs)
}

const places = 1_024
const readChars = 20_000

function triples(text: string): Float64Array {
  const counts = new Float64Array(places)
  const plain = ` ${text
    .slice(0, readChars)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
  for (let i = 0; i + 3 <= plain.length; i++) {
    const hash = plain.charCodeAt(i) * 961 + plain.charCodeAt(i + 1) * 31 + plain.charCodeAt(i + 2)
    counts[Math.imul(hash, 0x9e3779b1) >>> 22]! += 1
  }
  // What a text says often says little of it.
  return counts.map(Math.sqrt)
}
