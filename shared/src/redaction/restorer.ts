/**
 * Puts the values back into an answer, however it is cut into pieces.
 *
 * A piece may end in the middle of a placeholder: what could still become one is held back, at most `longestForm`
 * characters, and goes out with the next piece or with `flush`. Inside JSON (the arguments of a tool call, an answer that must be
 * JSON) a value is written as JSON writes it, so that a quotation mark or a line break in an address breaks nothing.
 */
import { longestForm, placeholderMatcher } from './match-placeholder.ts'
import type { RedactionKey } from './redaction-key.ts'

export type Restorer = {
  /** What of the text so far can go out. */
  push(text: string): string
  /** What was held back. Afterwards the restorer begins anew. */
  flush(): string
}

export type RestorerOptions = {
  /** What the text is. @default 'text' */
  readonly within?: 'text' | 'json'
}

export function restorer(key: RedactionKey, { within = 'text' }: RestorerOptions = {}): Restorer {
  const match = placeholderMatcher(key)
  let held = ''
  /** The character before `held`: an edge of a word is known only with it. */
  let before = ''

  const advance = (isEnd: boolean): string => {
    const text = before + held
    let out = ''
    let at = before.length
    let from = at
    while (at < text.length) {
      const char = text[at]!
      if (!mayBegin(char)) {
        at++
        continue
      }
      const found = match(text, at, isEnd)
      if (found.found === 'part' && text.length - at <= longestForm) break
      if (found.found === 'whole') {
        out += text.slice(from, at) + (within === 'json' ? jsonText(found.value) : found.value)
        at = found.end
        from = at
      } else at++
    }
    out += text.slice(from, at)
    held = text.slice(at)
    before = at > 0 ? text[at - 1]! : ''
    return out
  }

  return {
    push(text) {
      if (key.values.size === 0) return text
      held += text
      return advance(false)
    },
    flush() {
      const rest = advance(true)
      held = ''
      before = ''
      return rest
    },
  }
}

export function restoreText(key: RedactionKey, text: string, options: RestorerOptions = {}): string {
  const whole = restorer(key, options)
  return whole.push(text) + whole.flush()
}

function mayBegin(char: string): boolean {
  return char === '[' || char === '\\' || (char >= 'A' && char <= 'Z') || (char >= 'a' && char <= 'z')
}

function jsonText(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}
