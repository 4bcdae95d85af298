/**
 * Turns the bytes of tokens into text as they come. A token may end inside a character; its bytes wait for the
 * rest, and only they. Bytes that can never become a character show as U+FFFD, as the model really produced
 * them; half a character at the very end is dropped, because the limit cut it and not the model.
 */
export type Utf8Text = { push(bytes: Uint8Array): string }

export function utf8Text(): Utf8Text {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return { push: (bytes) => decoder.decode(bytes, { stream: true }) }
}

/** One token by itself, as `logprobs` name it: its text, or its bytes where they are not whole characters. */
export function tokenName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`
  }
}
