/** What is measured of a model under an engine, however it is reached. */

/** A prompt of so many tokens; prompts with the same salt begin alike. */
export type Prompt = { readonly tokens: number; readonly salt: number }

export type Setup = {
  readonly gguf: string
  readonly folder: string
  readonly vocabulary: number
  readonly threads: number
  readonly contextTokens: number
}

export type Target = {
  /** Milliseconds up to the first token of the answer. What is known already of the prompt is used. */
  firstToken(prompt: Prompt): Promise<number>
  /** Tokens a second after the first, `count` of them, behind a prompt that is read before the clock runs. */
  decode(prompt: Prompt, count: number): Promise<number>
  /** Tokens a second of all together, a conversation for each prompt. */
  together(prompts: readonly Prompt[], count: number): Promise<number>
  /** The process that holds the model. */
  residentMib(): Promise<number | null>
}

/** Tokens a second after the first, from when each was there. */
export function speedAfterFirst(timesMs: readonly number[]): number {
  const [first, last] = [timesMs[0], timesMs.at(-1)]
  if (first === undefined || last === undefined || timesMs.length < 2) throw new Error('too few tokens came')
  return ((timesMs.length - 1) * 1_000) / (last - first)
}

/** From when the last of them had its first token. */
export function speedTogether(all: readonly (readonly number[])[]): number {
  const begunAt = Math.max(...all.map(([first]) => first!))
  const endedAt = Math.max(...all.map((times) => times.at(-1)!))
  const made = all.reduce((sum, times) => sum + times.filter((time) => time > begunAt).length, 0)
  return (made * 1_000) / (endedAt - begunAt)
}
