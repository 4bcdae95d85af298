/** About how many bytes the keys and values of a token take, by what the file says of its attention; llama.cpp keeps them in 16 bits. */
type Shape = {
  readonly block_count?: number
  readonly embedding_length?: number
  readonly attention?: {
    readonly head_count?: number | readonly number[]
    readonly head_count_kv?: number | readonly number[]
    readonly key_length?: number
    readonly value_length?: number
  }
}

export function stateBytesPerToken({ block_count = 1, embedding_length = 1, attention = {} }: Shape): number {
  const heads = mostOf(attention.head_count) ?? 1
  const ofKeys = mostOf(attention.head_count_kv) ?? heads
  const length = embedding_length / heads
  return block_count * ofKeys * ((attention.key_length ?? length) + (attention.value_length ?? length)) * 2
}

/** Some models tell it for each layer. */
function mostOf(given: number | readonly number[] | undefined): number | null {
  if (given === undefined) return null
  return typeof given === 'number' ? given : Math.max(...given)
}
