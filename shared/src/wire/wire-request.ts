/** A chat request as the wire names it, once its schema has read it: the fields in use and no others. */
import type { Role } from '../chat/chat-request.ts'

type Maybe<T> = T | null | undefined

export type WirePart = {
  readonly type: string
  readonly text?: string | undefined
  readonly refusal?: string | undefined
}

export type WireToolCall = {
  readonly id: string
  readonly function?: WireFunctionCall | undefined
  readonly custom?: { readonly name: string; readonly input: string } | undefined
}

export type WireFunctionCall = { readonly name: string; readonly arguments: string }

export type WireMessage = {
  readonly role: Role
  readonly content?: Maybe<string | readonly WirePart[]>
  readonly refusal?: Maybe<string>
  readonly tool_calls?: Maybe<readonly WireToolCall[]>
  readonly function_call?: Maybe<WireFunctionCall>
  readonly tool_call_id?: Maybe<string>
  readonly audio?: unknown
}

export type WireRequest = {
  readonly model: string
  readonly messages: readonly WireMessage[]
  readonly stream?: Maybe<boolean>
  readonly stream_options?: Maybe<{ readonly include_usage?: Maybe<boolean> }>
  readonly max_completion_tokens?: Maybe<number>
  readonly max_tokens?: Maybe<number>
  readonly n?: Maybe<number>
  readonly temperature?: Maybe<number>
  readonly top_p?: Maybe<number>
  readonly seed?: Maybe<number>
  readonly frequency_penalty?: Maybe<number>
  readonly presence_penalty?: Maybe<number>
  readonly stop?: Maybe<string | readonly string[]>
  readonly logprobs?: Maybe<boolean>
  readonly top_logprobs?: Maybe<number>
  readonly tools?: Maybe<readonly unknown[]>
  readonly functions?: Maybe<readonly unknown[]>
  readonly response_format?: Maybe<{ readonly type: 'text' | 'json_object' | 'json_schema' }>
}
