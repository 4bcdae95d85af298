/**
 * How a family of models spells a call. Which family it is, the chat template shows: it is the text that teaches the model,
 * so a template that speaks of no tools is a model that knows none.
 */
export type ToolDialect = {
  readonly name: 'tagged' | 'listed' | 'bare'
  /** What stands before a call, or a list of calls; empty where an answer that is JSON is a call. */
  readonly open: string
  readonly close: string
  /** Whether several calls stand in one list between the marks. */
  readonly inList: boolean
  /** Whether one answer may hold several calls. */
  readonly parallel: boolean
  /** What the arguments are called. */
  readonly argumentsKey: 'arguments' | 'parameters'
}

/** Qwen 2.5, Hermes and those that were taught after them: each call between its own tags. */
const tagged: ToolDialect = {
  name: 'tagged',
  open: '<tool_call>',
  close: '</tool_call>',
  inList: false,
  parallel: true,
  argumentsKey: 'arguments',
}

/** Phi-4: all calls in one list. */
const listed: ToolDialect = {
  name: 'listed',
  open: '<|tool_call|>',
  close: '<|/tool_call|>',
  inList: true,
  parallel: true,
  argumentsKey: 'arguments',
}

/** Llama 3: the answer is the call, and only one. */
const bare: ToolDialect = {
  name: 'bare',
  open: '',
  close: '',
  inList: false,
  parallel: false,
  argumentsKey: 'parameters',
}

/** Null where the template speaks of no tools, or in a way that nobody here knows. */
export function toolDialectOf(template: string): ToolDialect | null {
  if (!/\btools\b/.test(template)) return null
  if (template.includes('<tool_call>')) return tagged
  if (template.includes('<|tool|>') || template.includes('<|tool_call|>')) return listed
  if (/"parameters"\s*:/.test(template) && template.includes('ipython')) return bare
  return null
}

/** Marks of calls: part of what a model says, even where its vocabulary lists them among tokens that are no text. */
export function callMarks(template: string | null): readonly string[] {
  const dialect = template === null ? null : toolDialectOf(template)
  return dialect === null ? [] : [dialect.open, dialect.close].filter((mark) => mark !== '')
}
