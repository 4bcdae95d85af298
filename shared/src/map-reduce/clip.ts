/** Texts cut short, without half a character at their end. */
import { textTokens } from '../signals/prompt-tokens.ts'

export function clipped(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text
  return `${whole(text, mostChars - 1)}…`
}

/** As much of a text as has so many tokens at most, by the pessimistic count. */
export function clippedTokens(text: string, mostTokens: number): string {
  // No character has more than four.
  if (text.length * 4 <= mostTokens) return text
  let kept = text
  for (let tokens = textTokens(kept); tokens > mostTokens; tokens = textTokens(kept)) {
    if (kept.length <= 1) return ''
    kept = clipped(text, Math.min(kept.length - 1, Math.floor((kept.length * mostTokens) / tokens)))
  }
  return kept
}

function whole(text: string, chars: number): string {
  const unit = text.charCodeAt(chars)
  return text.slice(0, unit >= 0xdc00 && unit <= 0xdfff ? chars - 1 : chars)
}
