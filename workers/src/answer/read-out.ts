import type { Source } from './relay.ts'

/** The answer's end and the connection's are two: read to the second, and the connection serves the next call. */
export async function readOut(reader: Source['reader']): Promise<void> {
  try {
    const { done } = await reader.read()
    // An upstream that goes on behind its end is not waited for.
    if (!done) await reader.cancel()
  } catch {
    // The answer was whole; what becomes of the connection is nobody's concern.
  }
}
