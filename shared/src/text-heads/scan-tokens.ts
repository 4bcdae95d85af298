/**
 * A text as tokens: runs of letters, runs of digits, and what stands between them.
 *
 * One pass over UTF-16 units. Each token carries the numbers that its features are made of: hashes of its lower-cased word, of its
 * shape (`Xxx`, `xx`, `dd`), of its first and last three letters, and what kind of gap lies before it. A word
 * longer than 24 units is read no further than that, so a token costs at most so much.
 */
export type Tokens = {
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  readonly word: Uint32Array
  readonly shape: Uint32Array
  readonly head: Uint32Array
  readonly tail: Uint32Array
  /** 0 nothing, 1 space, 2 line break, otherwise the last sign that is neither. */
  readonly gap: Uint32Array
}

const longestWord = 24

export function scanTokens(text: string, mostTokens: number = text.length): Tokens {
  // A word is four letters and a space; text of shorter ones makes the room grow.
  const most = Math.min(text.length, mostTokens)
  let room = Math.min(most, (text.length >> 2) + 16)
  let start = new Int32Array(room)
  let end = new Int32Array(room)
  let word = new Uint32Array(room)
  let shape = new Uint32Array(room)
  let head = new Uint32Array(room)
  let tail = new Uint32Array(room)
  let gap = new Uint32Array(room)
  let count = 0
  let gapSign = 0
  let at = 0
  while (at < text.length && count < most) {
    const unit = text.charCodeAt(at)
    const kind = classOf(unit)
    if (kind === other) {
      if (unit === 10) gapSign = 2
      else if (unit > 32 || gapSign === 0) gapSign = unit > 32 ? unit : 1
      at++
      continue
    }
    const from = at
    let hash = seed
    let headHash = seed
    let shapeHash = seed
    let shapeUnit = 0
    let shapeRun = 0
    // Three lower-cased units behind the one just read, for the ending.
    let last = 0
    let beforeLast = 0
    let thirdLast = 0
    for (; at < text.length; at++) {
      const next = text.charCodeAt(at)
      const nextKind = classOf(next)
      if (nextKind === other || (nextKind === digit) !== (kind === digit)) break
      if (at - from >= longestWord) continue
      const lower = nextKind === upper ? lowered(next) : next
      hash = mix(hash, lower)
      if (at - from < 3) headHash = mix(headHash, lower)
      thirdLast = beforeLast
      beforeLast = last
      last = lower
      shapeRun = nextKind === shapeUnit ? shapeRun + 1 : 1
      shapeUnit = nextKind
      if (shapeRun <= (kind === digit ? 6 : 2)) shapeHash = mix(shapeHash, nextKind)
    }
    if (count === room) {
      room *= 2
      start = grown(start, new Int32Array(room))
      end = grown(end, new Int32Array(room))
      word = grown(word, new Uint32Array(room))
      shape = grown(shape, new Uint32Array(room))
      head = grown(head, new Uint32Array(room))
      tail = grown(tail, new Uint32Array(room))
      gap = grown(gap, new Uint32Array(room))
    }
    start[count] = from
    end[count] = at
    word[count] = hash
    shape[count] = shapeHash
    head[count] = headHash
    tail[count] = mix(mix(mix(seed, thirdLast), beforeLast), last)
    gap[count] = gapSign
    gapSign = 0
    count++
  }
  return { count, start, end, word, shape, head, tail, gap }
}

function grown<T extends Int32Array | Uint32Array>(small: T, large: T): T {
  large.set(small)
  return large
}

const other = 0
const lower = 1
const upper = 2
const digit = 3
const seed = 0x811c9dc5

/** What a unit is. Above ASCII the language's own properties say it, and are asked once for each unit that occurs. */
function classOf(unit: number): number {
  if (unit < 128) {
    if (unit >= 97 && unit <= 122) return lower
    if (unit >= 65 && unit <= 90) return upper
    return unit >= 48 && unit <= 57 ? digit : other
  }
  const known = classes[unit]!
  if (known > 0) return known - 1
  const found = classByProperty(unit)
  classes[unit] = found + 1
  return found
}

/** One more than the class; zero until it was asked for. */
const classes: Uint8Array = new Uint8Array(0x10000)

function classByProperty(unit: number): number {
  // Halves of a pair: letters and signs beyond the basic plane are rare, and count as letters.
  if (unit >= 0xd800 && unit <= 0xdfff) return lower
  const char = String.fromCharCode(unit)
  if (/\p{Lu}/u.test(char)) return upper
  if (/[\p{L}\p{M}]/u.test(char)) return lower
  return /\p{Nd}/u.test(char) ? digit : other
}

function lowered(unit: number): number {
  return unit < 128 ? unit + 32 : String.fromCharCode(unit).toLowerCase().charCodeAt(0)
}

/** FNV-1a by units, with a turn so that short words fill the high bits too. */
export function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x01000193)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
