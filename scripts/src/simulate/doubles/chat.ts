/** The part of OpenAI's chat that the doubles read, as a plain value. */
export type ChatCall = { readonly name: string; readonly given: string }

export type ChatMessage = {
  readonly role: string
  readonly text: string
  readonly calls: readonly ChatCall[]
}

export type Chat = {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  /** What stands in the prompt beside the messages: the tools, as they were described. */
  readonly toolText: string
  readonly stream: boolean
}

/** Throws a TypeError on what is no chat. */
export function readChat(body: unknown): Chat {
  const { model, messages, tools, stream } = fieldsOf(body)
  if (!Array.isArray(messages) || messages.length === 0)
    throw new TypeError('messages is a list of messages.')
  return {
    model: typeof model === 'string' ? model : 'double',
    messages: messages.map(readMessage),
    toolText: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : '',
    stream: stream === true,
  }
}

function readMessage(given: unknown): ChatMessage {
  const { role, content, tool_calls: calls } = fieldsOf(given)
  if (typeof role !== 'string') throw new TypeError('A message has a role.')
  return {
    role,
    text: textOf(content),
    calls: (Array.isArray(calls) ? calls : []).map((call) => {
      const { name, arguments: given } = fieldsOf(fieldsOf(call).function)
      return { name: String(name), given: String(given) }
    }),
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part) => String(fieldsOf(part).text ?? '')).join('\n') : ''
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
