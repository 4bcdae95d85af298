/**
 * Tells a chat answer as a response: chunk by chunk as typed events, and at any time as the whole object.
 *
 * It is fed the JSON of chunks and not our own events, because refusals and reasoning are told apart there alone. A whole
 * answer is one chunk that says everything. What an upstream makes it hold is bounded, in items and in characters.
 */
import type { JsonObject, JsonValue } from '../../chat/json.ts'
import { NearsideError } from '../../fault/nearside-error.ts'
import { contentText } from '../content-text.ts'
import { isJsonObject, listOf, stringOf } from '../json-object.ts'
import { readUsage } from '../read-usage.ts'
import {
  type Called,
  type Item,
  inputOf,
  itemJson,
  itemOf,
  type Part,
  partJson,
  placeOf,
  type Said,
} from './response-items.ts'

export type ResponseTerms = {
  /** Minted by the gateway: the ids of the items are made from it. */
  readonly id: string
  readonly createdSeconds: number
  readonly model: string
  readonly echo: JsonObject
  /** Whether the response is going to be kept. */
  readonly store: boolean
}

export type ResponseWriter = {
  /** The events that open a stream. */
  begin(): string
  /** The events that a chunk of the chat answer makes. */
  push(chunk: JsonObject): string
  /** Whether the answer has said how it finished. */
  readonly finished: boolean
  /** Ends all items: the events of that. `object` is complete from here on. */
  close(): string
  /** The response as it stands, kept or not. */
  object(stored: boolean): JsonObject
  /** The last event of a stream that went well. */
  end(stored: boolean): string
  /** The last event of a stream that went wrong. */
  fail(message: string): string
}

/** As many calls as a request may hold. */
const mostItems = 256
/** Its last events say all of it four times over, and a Worker has 128 MiB. */
const mostChars = 4 * 1024 * 1024

export function responseWriter(terms: ResponseTerms): ResponseWriter {
  return new Writer(terms)
}

class Writer implements ResponseWriter {
  finished = false
  readonly #terms: ResponseTerms
  readonly #items: Item[] = []
  readonly #calls = new Map<number, Called>()
  #said: Said | null = null
  #sequence = 0
  #chars = 0
  #model: string
  #status: 'in_progress' | 'completed' | 'incomplete' | 'failed' = 'in_progress'
  #incomplete: string | null = null
  #error: string | null = null
  #usage: JsonObject | null = null
  #nearside: JsonObject | null = null

  constructor(terms: ResponseTerms) {
    this.#terms = terms
    this.#model = terms.model
  }

  begin(): string {
    return (
      this.#event('response.created', { response: this.object(this.#terms.store) }) +
      this.#event('response.in_progress', { response: this.object(this.#terms.store) })
    )
  }

  push(chunk: JsonObject): string {
    this.#model = stringOf(chunk.model) ?? this.#model
    this.#readUsage(chunk.usage)
    if (isJsonObject(chunk.nearside)) this.#nearside = chunk.nearside
    const [choice] = listOf(chunk.choices)
    if (!isJsonObject(choice)) return ''
    const said = isJsonObject(choice.delta) ? choice.delta : choice.message
    const events = isJsonObject(said) ? this.#hear(said, choice.logprobs) : ''
    if (typeof choice.finish_reason === 'string') this.#finish(choice.finish_reason)
    return events
  }

  close(): string {
    let events = this.#closeSaid()
    for (const call of this.#calls.values()) events += this.#closeCall(call)
    this.#status = this.#incomplete === null ? 'completed' : 'incomplete'
    return events
  }

  end(stored: boolean): string {
    return this.#event(`response.${this.#status}`, { response: this.object(stored) })
  }

  fail(message: string): string {
    for (const item of this.#items) if (item.status === 'in_progress') item.status = 'incomplete'
    this.#status = 'failed'
    this.#error = message
    return this.#event('response.failed', { response: this.object(false) })
  }

  object(stored: boolean): JsonObject {
    const { id, createdSeconds, echo } = this.#terms
    return {
      id,
      object: 'response',
      created_at: createdSeconds,
      status: this.#status,
      background: false,
      error: this.#error === null ? null : { code: 'server_error', message: this.#error },
      incomplete_details: this.#incomplete === null ? null : { reason: this.#incomplete },
      model: this.#model,
      output: this.#items.map(itemJson),
      ...echo,
      store: stored,
      usage: this.#usage,
      ...(this.#nearside === null ? {} : { nearside: this.#nearside }),
    }
  }

  #hear(said: JsonObject, logprobs: JsonValue | undefined): string {
    let events = ''
    const reasoning = stringOf(said.reasoning_content) ?? stringOf(said.reasoning)
    if (reasoning !== null && reasoning !== '') events += this.#say('reasoning', 'reasoning_text', reasoning)
    const text = contentText(said.content)
    const tokens = isJsonObject(logprobs) ? listOf(logprobs.content) : []
    if (text !== '') events += this.#say('message', 'output_text', text, tokens)
    const refusal = stringOf(said.refusal)
    if (refusal !== null && refusal !== '') events += this.#say('message', 'refusal', refusal)
    for (const [position, call] of listOf(said.tool_calls).entries()) {
      if (isJsonObject(call)) events += this.#call(call, position)
    }
    return events
  }

  #say(kind: Said['kind'], type: Part['type'], delta: string, logprobs: readonly JsonValue[] = []): string {
    this.#count(delta)
    let events = ''
    let item = this.#said
    if (item === null || item.kind !== kind) {
      events += this.#closeSaid()
      const id = this.#itemId(kind === 'message' ? 'msg' : 'rs')
      item = { kind, id, place: this.#items.length, parts: [], status: 'in_progress' }
      this.#said = item
      events += this.#add(item)
    }
    let part = item.parts.at(-1)
    if (part === undefined || part.type !== type) {
      if (part !== undefined) events += this.#closePart(item, part)
      if (item.parts.length >= mostItems) throw tooMany('items')
      part = { type, text: '', logprobs: [] }
      item.parts.push(part)
      events += this.#event('response.content_part.added', { ...placeOf(item), part: partJson(part) })
    }
    part.text += delta
    for (const token of logprobs) {
      this.#count(JSON.stringify(token))
      part.logprobs.push(token)
    }
    const tokens = type === 'output_text' ? { logprobs } : {}
    return events + this.#event(`response.${type}.delta`, { ...placeOf(item), delta, ...tokens })
  }

  #closePart(item: Said, part: Part): string {
    const { type, text, logprobs } = part
    const whole =
      type === 'refusal' ? { refusal: text } : type === 'output_text' ? { logprobs, text } : { text }
    return (
      this.#event(`response.${type}.done`, { ...placeOf(item), ...whole }) +
      this.#event('response.content_part.done', { ...placeOf(item), part: partJson(part) })
    )
  }

  #closeSaid(): string {
    const item = this.#said
    if (item === null) return ''
    this.#said = null
    const part = item.parts.at(-1)
    return (part === undefined ? '' : this.#closePart(item, part)) + this.#done(item)
  }

  /** Pieces of calls may come in any order, so each stays open until the end. */
  #call(piece: JsonObject, position: number): string {
    const custom = isJsonObject(piece.custom)
    const called = custom ? piece.custom : isJsonObject(piece.function) ? piece.function : {}
    const delta = stringOf((called as JsonObject)[custom ? 'input' : 'arguments']) ?? ''
    const name = stringOf((called as JsonObject).name) ?? ''
    this.#count(delta)
    let events = ''
    const key = this.#keyOf(piece, name, position)
    let call = this.#calls.get(key)
    if (call === undefined) {
      events += this.#closeSaid()
      const id = this.#itemId(custom ? 'ctc' : 'fc')
      const callId = stringOf(piece.id) ?? `call_${id}`
      this.#count(callId + name)
      call = {
        kind: custom ? 'custom_tool_call' : 'function_call',
        id,
        place: this.#items.length,
        callId,
        name,
        input: '',
        status: 'in_progress',
      }
      this.#calls.set(key, call)
      events += this.#add(call)
    }
    if (delta === '') return events
    call.input += delta
    return events + this.#event(`response.${inputOf(call)}.delta`, { ...itemOf(call), delta })
  }

  /**
   * Which call a piece belongs to: its number says it. A few upstreams number no calls, or all of them alike: another id with
   * a name is another call there. Without a name it is not, since others make up an id for each piece.
   */
  #keyOf({ index, id }: JsonObject, name: string, position: number): number {
    let key = typeof index === 'number' ? index : position
    while (name !== '' && id != null && (this.#calls.get(key)?.callId ?? id) !== id) key++
    return key
  }

  #closeCall(call: Called): string {
    const { input } = call
    const whole = call.kind === 'function_call' ? { arguments: input, name: call.name } : { input }
    return this.#event(`response.${inputOf(call)}.done`, { ...itemOf(call), ...whole }) + this.#done(call)
  }

  #add(item: Item): string {
    if (this.#items.length >= mostItems) throw tooMany('items')
    this.#items.push(item)
    return this.#event('response.output_item.added', { output_index: item.place, item: itemJson(item) })
  }

  #done(item: Item): string {
    item.status = this.#incomplete === null ? 'completed' : 'incomplete'
    return this.#event('response.output_item.done', { output_index: item.place, item: itemJson(item) })
  }

  #finish(reason: string): void {
    this.finished = true
    if (reason === 'content_filter') this.#incomplete = reason
    if (reason === 'length' || reason === 'max_tokens' || reason === 'model_length') {
      this.#incomplete = 'max_output_tokens'
    }
  }

  #readUsage(given: JsonValue | undefined): void {
    const usage = readUsage(given)
    if (usage === null) return
    this.#usage = {
      input_tokens: usage.promptTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.promptTokens + usage.outputTokens,
    }
  }

  #itemId(prefix: string): string {
    return `${prefix}_${this.#terms.id.replace(/^resp_/, '')}_${this.#items.length}`
  }

  #count(text: string): void {
    this.#chars += text.length
    if (this.#chars > mostChars) throw tooMany('characters')
  }

  #event(type: string, fields: JsonObject): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#sequence++, ...fields })}\n\n`
  }
}

function tooMany(what: 'items' | 'characters'): NearsideError {
  const most = what === 'items' ? mostItems : mostChars
  // It was answered, and is paid for: who asks again pays again.
  return new NearsideError('tier-failed', `The upstream sent more than ${most} ${what}.`, {
    maybeBilled: true,
  })
}
