/**
 * A small world that a model works in through tools, and that knows exactly when its task was done.
 *
 * A task is a value out of a seed; opening it gives a world of its own, which changes by calls alone. The checker looks
 * at the world's state and the last words, never at the way that led there.
 */
export type Tool = {
  readonly name: string
  readonly description: string
  /** Its parameters by name. */
  readonly parameters: Readonly<Record<string, { readonly type: 'string' | 'integer' }>>
}

export type World = {
  /** What the tool says; a call that is wrong is answered too, with what is wrong about it. */
  call(name: string, given: Readonly<Record<string, unknown>>): string
  /** Whether the task is done, given the last words of who worked on it. */
  done(lastWords: string): boolean
}

export type Task = {
  readonly id: string
  /** What the user says. */
  readonly prompt: string
  /** The right outcome, for reports and tests; no model is shown it. */
  readonly expected: string
  /** Calls that whoever makes no mistake needs. */
  readonly fewestCalls: number
  open(): World
}

export type Environment = {
  readonly name: EnvironmentName
  readonly tools: readonly Tool[]
  tasks(seed: number, count: number): readonly Task[]
}

export type EnvironmentName = 'form' | 'search' | 'document'

/** The last `Answer: …` of a text, or null. */
export function answerIn(text: string): string | null {
  const answers = [...text.matchAll(/^Answer: (.+?)\.?$/gm)]
  return answers.at(-1)?.[1]?.trim() ?? null
}

/** What a world says to a call of a tool that it has not. */
export function unknownTool(name: string, tools: readonly Tool[]): string {
  return `There is no tool ${name}; there is ${tools.map((tool) => tool.name).join(', ')}.`
}
