/**
 * A grammar over bytes. A rule is a few alternatives, each a sequence of symbols, each symbol a set of bytes or another rule.
 *
 * Alternatives are asked for when they are needed, so "up to 4,000 characters" and a schema that contains itself are rules like
 * any other: only the part that an answer walks through is ever made. No rule may begin with itself unless by way of its last symbol.
 */
export type ByteSet = { readonly kind: 'bytes'; readonly has: (byte: number) => boolean }

export type Rule = {
  readonly kind: 'rule'
  /** The same sequences each time: the machine knows where it is by their identity. */
  readonly alternatives: () => readonly Sequence[]
}

export type Piece = ByteSet | Rule
export type Sequence = readonly Piece[]

/** A rule whose alternatives are made when they are first asked for. */
export function rule(make: () => readonly Sequence[]): Rule {
  let made: readonly Sequence[] | null = null
  return {
    kind: 'rule',
    alternatives() {
      made ??= make()
      return made
    },
  }
}

/** Bytes from one to another, both included; several such ranges in a row. */
export function bytes(...ranges: readonly (readonly [number, number])[]): ByteSet {
  const set = new Uint8Array(256)
  for (const [first, last] of ranges) set.fill(1, first, last + 1)
  return { kind: 'bytes', has: (byte) => set[byte] === 1 }
}

const singles: ByteSet[] = Array.from({ length: 256 }, (_, byte) => bytes([byte, byte]))
const utf8 = new TextEncoder()

/** Exactly this text. */
export function literal(text: string): Rule {
  const sequence = Array.from(utf8.encode(text), (byte) => singles[byte]!)
  return rule(() => [sequence])
}

/** One of these texts. What several begin with is followed once, so a thousand of them are no more readings than ten. */
export function oneText(options: readonly string[]): Rule {
  return fromByte(
    options.map((option) => utf8.encode(option)),
    0,
  )
}

function fromByte(texts: readonly Uint8Array[], at: number): Rule {
  return rule(() => {
    const going = new Map<number, Uint8Array[]>()
    for (const text of texts.filter(({ length }) => length > at)) {
      const group = going.get(text[at]!)
      if (group === undefined) going.set(text[at]!, [text])
      else group.push(text)
    }
    const ways: Sequence[] = [...going].map(([byte, group]) => [singles[byte]!, fromByte(group, at + 1)])
    return texts.some(({ length }) => length === at) ? [...ways, []] : ways
  })
}

export function choice(options: readonly Piece[]): Rule {
  return rule(() => options.map((option) => [option]))
}

export function sequence(...symbols: Sequence): Rule {
  return rule(() => [symbols])
}

export function optional(symbol: Piece): Rule {
  return rule(() => [[symbol], []])
}

/**
 * A symbol as often as from `low` to `high` times (Infinity is a bound like any other). Each count is a rule of its own that
 * ends in the next, so the machine's memory of "how many yet" is one place and no stack.
 */
export function repeat(symbol: Piece, low: number, high: number): Rule {
  return times(symbol, low, high, new Map())
}

function times(symbol: Piece, low: number, high: number, known: Map<string, Rule>): Rule {
  const name = `${low},${high}`
  const seen = known.get(name)
  if (seen !== undefined) return seen
  const made = rule(() => {
    if (high === 0) return [[]]
    const rest = times(symbol, Math.max(0, low - 1), high - 1, known)
    return low > 0 ? [[symbol, rest]] : [[symbol, rest], []]
  })
  known.set(name, made)
  return made
}
