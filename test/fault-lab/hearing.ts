/** What a client reads in an answer, whole or in chunks: a message as it goes back into the conversation, and what it cost. */

export type Message = {
  readonly role: string
  readonly content: string | null
  readonly tool_calls?: readonly {
    readonly id: string
    readonly type: string
    readonly function: { readonly name: string; readonly arguments: string }
  }[]
  readonly tool_call_id?: string
}

export type Heard = {
  readonly message: Message
  /** In dollars; null where nothing says it. */
  readonly cost: number | null
  /** What the answer says of a document that was read in pieces; null where it says nothing. */
  readonly pieces: { readonly cited: readonly { readonly id: string }[] } | null
  readonly usage: boolean
}

type Extra = {
  readonly usage?: object | null
  readonly nearside?: { readonly cost?: string; readonly map_reduce?: NonNullable<Heard['pieces']> }
}

export function heardWhole(body: string): Heard {
  const answer = JSON.parse(body) as Extra & { readonly choices: readonly { readonly message: Message }[] }
  return { message: answer.choices[0]!.message, ...extraOf([answer]) }
}

type Delta = {
  readonly content?: string | null
  readonly tool_calls?: readonly {
    readonly index: number
    readonly id?: string
    readonly function?: { readonly name?: string; readonly arguments?: string }
  }[]
}
type Chunk = Extra & {
  readonly choices?: readonly { readonly delta: Delta; readonly finish_reason?: string | null }[]
}

/** `must`: a stream ends once, with its finish, its usage and its last word, or with an error. */
export function heardStream(body: string, must: (holds: boolean, what: string) => void): Heard {
  const chunks = body
    .split('\n')
    .filter((line) => line.startsWith('data: {') && !line.startsWith('data: {"error"'))
    .map((line) => JSON.parse(line.slice(6)) as Chunk)
  const calls: { id: string; type: string; function: { name: string; arguments: string } }[] = []
  let content = ''
  for (const { delta } of chunks.flatMap(({ choices = [] }) => choices)) {
    content += delta.content ?? ''
    for (const piece of delta.tool_calls ?? []) {
      calls[piece.index] ??= { id: piece.id ?? '', type: 'function', function: { name: '', arguments: '' } }
      const call = calls[piece.index]!
      call.function.name += piece.function?.name ?? ''
      call.function.arguments += piece.function?.arguments ?? ''
    }
  }
  const heard = extraOf(chunks)
  const finishes = chunks.flatMap(({ choices = [] }) => choices).filter((each) => each.finish_reason != null)
  if (body.includes('data: {"error"')) must(!body.includes('[DONE]'), 'An error is followed by an end.')
  else {
    must(body.endsWith('data: [DONE]\n\n'), 'No end is told.')
    must(finishes.length === 1, `${finishes.length} finishes were told.`)
    must(heard.usage, 'No usage was told.')
  }
  return {
    message: { role: 'assistant', content, ...(calls.length === 0 ? {} : { tool_calls: calls }) },
    ...heard,
  }
}

function extraOf(parts: readonly Extra[]): Pick<Heard, 'cost' | 'pieces' | 'usage'> {
  const told = parts.findLast(({ nearside }) => nearside?.cost !== undefined)?.nearside
  return {
    cost: told?.cost === undefined ? null : Number(told.cost),
    pieces: told?.map_reduce ?? null,
    usage: parts.some(({ usage }) => usage != null),
  }
}
