/**
 * Embeddings in the shape in which OpenAI gives them, written down by hand in November 2026, with vectors that are made
 * of the text, so that a test can tell whose it got. Base64 is 32-bit floats, the lowest byte first.
 */
type Json = Record<string, unknown>

/** What the double knows how to answer, in its own words where it refuses. */
export function embeddingsFor(json: unknown): Json {
  const { model, input, encoding_format: format, dimensions = 4 } = json as Asked
  const inputs = typeof input === 'string' || typeof input[0] === 'number' ? [input] : input
  const vectors = inputs.map((one) => vectorOf(JSON.stringify(one), dimensions))
  const tokens = inputs.reduce<number>((sum, one) => sum + tokensOf(one), 0)
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: format === 'base64' ? base64Of(vector) : [...vector],
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

type Asked = {
  readonly model: string
  readonly input: string | readonly unknown[]
  readonly encoding_format?: string
  readonly dimensions?: number
}

export function vectorOf(text: string, dimensions: number): Float32Array {
  const sum = [...text].reduce((all, character) => all + (character.codePointAt(0) ?? 0), 0)
  return Float32Array.from({ length: dimensions }, (_, at) => ((sum + at) % 64) / 64 - 0.5)
}

function base64Of(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64')
}

/** About a token for four characters, and one for each id. */
function tokensOf(input: unknown): number {
  return Array.isArray(input) ? input.length : Math.max(1, Math.ceil(String(input).length / 4))
}
