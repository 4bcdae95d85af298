/**
 * What a careful reader would do next, given no more than a text: the part of a simulated model that is not its mistakes.
 *
 * A mind has no memory and no way into a world. It reads the task, the tools' answers and earlier notes, out of whatever
 * text they stand in, and says the right step, steps that look right and are not, and what it holds to be true. The
 * mistakes are made elsewhere (doubles).
 */
export type Call = { readonly name: string; readonly given: Readonly<Record<string, string | number>> }

export type Step =
  | { readonly does: 'call'; readonly call: Call; readonly note?: string }
  | { readonly does: 'say'; readonly text: string }

export type Thought = {
  readonly right: Step
  /** Steps that a careless reader would take here. */
  readonly wrong: readonly Step[]
  /** What one says who takes the task for done now. */
  readonly claim: string
  /** What was done wrong as far as this text shows, each with what mends it. */
  readonly faults: readonly Mending[]
  /** What is known so far, one sentence each, in words that can be read again. */
  readonly facts: readonly string[]
  /** Steps that can be foreseen from the task alone. */
  readonly plan: readonly string[]
}

export type Mending = { readonly says: string; readonly step: Step | null }

export type Mind = {
  /** Whether this task is one of its own. */
  knows(task: string): boolean
  /** `text` holds everything that is still in mind, the oldest first. */
  think(task: string, text: string): Thought
}

/** A call in words that can be read again. */
export function callText({ name, given }: Call): string {
  return `call ${name} ${JSON.stringify(given)}`
}

/** Where quotes were escaped on the way, as in JSON within JSON, they are quotes again. */
export function plainText(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\"', '"')
}
