/**
 * A classifier that the operator brings: an ONNX file, a tokenizer and a word on which output is which head.
 *
 * It judges as the shipped classifier does: each user turn by itself, the newest first, and the hardest rules. Everything is
 * checked when the model is loaded (with the first request, or by `load()` before it): the file, the tokenizer, the names
 * of inputs and outputs, and by a first run what the outputs hold. What fails then fails every judgement with the same
 * words, and a request that could not be judged goes where requests of unknown difficulty go. A run cannot be interrupted, so
 * what is read of a text and of a conversation is bounded in tokens.
 */
import { type ChatRequest, NearsideError } from '@nearside/core'
import { checkKeys, checkWhole, isObject, wrong } from '../options/checks.ts'
import type { Judge } from '../options/options.ts'
import { checkHeads, type OwnHeads, type OwnReading, outputsOf, readHeads } from './heads.ts'
import { type Feeds, openSession } from './open-session.ts'
import { tokenFeeds } from './token-feeds.ts'
import { type Tokenize, tokenizeBy } from './tokenize.ts'

export type OwnModelOptions = {
  /** The ONNX file, whole: weights in files beside it cannot be read. */
  readonly model: ArrayBuffer | Uint8Array
  /** `import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'`; on Node, that file compiled. */
  readonly wasm: WebAssembly.Module
  /** What a `tokenizer.json` holds, or a function from a text to the ids of its tokens. */
  readonly tokenizer?: object | Tokenize
  /** What the `tokenizer_config.json` beside it holds. @default {} */
  readonly tokenizerConfig?: object
  /** In place of a tokenizer: makes the model's inputs of a text. Bounding them is its own matter. */
  readonly encode?: (text: string) => Feeds
  /** Which output is which head. */
  readonly heads: OwnHeads
  /** The most tokens of one text, of its beginning and its end. @default 256 */
  readonly maxTokens?: number
  /** The most tokens of one conversation, the newest turns first; each turn counts with 16 at least. @default 1024 */
  readonly conversationTokens?: number
  /** Fills up the rows of a model of fixed length. @default 0 */
  readonly padTokenId?: number
}

/** Of the hardest, the most gaining and the most dangerous turn; the task and the vector are the newest turn's. */
export type OwnJudgement = OwnReading

export type OwnModel = Judge & {
  /** Loads what is otherwise loaded with the first request, and throws what is wrong with it. */
  load(): Promise<void>
  readText(text: string): Promise<OwnReading>
  judge(request: ChatRequest): Promise<OwnJudgement>
}

const known: Readonly<Record<keyof OwnModelOptions, true>> = {
  model: true,
  wasm: true,
  tokenizer: true,
  tokenizerConfig: true,
  encode: true,
  heads: true,
  maxTokens: true,
  conversationTokens: true,
  padTokenId: true,
}

/** A transformer's time grows with the square of this; none of those that fit into a Worker reads more. */
const mostTokens = 8_192
const leastOfTurn = 16

type Read = (text: string) => Promise<{ readonly reading: OwnReading; readonly tokens: number }>

export function ownModel(options: OwnModelOptions): OwnModel {
  checkOptions(options)
  const inAll = options.conversationTokens ?? 1_024
  let loading: Promise<Read> | null = null
  const loaded = (): Promise<Read> => {
    loading ??= load(options)
    return loading
  }
  return {
    load: async () => void (await loaded()),
    readText: async (text) => (await (await loaded())(text)).reading,
    judge: async ({ messages }) => {
      const read = await loaded()
      let judgement: OwnJudgement | null = null
      let left = inAll
      for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
        const { role, text } = messages[i]!
        if (role !== 'user') continue
        const { reading, tokens } = await read(text)
        judgement = judgement === null ? reading : worse(judgement, reading)
        left -= Math.max(leastOfTurn, tokens)
      }
      return judgement ?? (await read('')).reading
    },
  }
}

/** What an easy follow-up says does not take back what an earlier turn said. */
function worse(newer: OwnReading, older: OwnReading): OwnReading {
  return {
    ...newer,
    difficulty: most(newer.difficulty, older.difficulty),
    gain: most(newer.gain, older.gain),
    jailbreak: most(newer.jailbreak, older.jailbreak),
    harmful: most(newer.harmful, older.harmful),
  }
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

function checkOptions(options: OwnModelOptions): void {
  if (!isObject(options)) throw wrong('options', 'is an object with a model, its wasm, a tokenizer and heads')
  checkKeys(options, known, '')
  const { model, wasm, tokenizer, tokenizerConfig, encode } = options
  if (!(model instanceof ArrayBuffer || model instanceof Uint8Array) || model.byteLength === 0)
    throw wrong('model', 'is the bytes of an ONNX file, an ArrayBuffer or a Uint8Array')
  if (!(wasm instanceof WebAssembly.Module)) {
    throw wrong(
      'wasm',
      'is compiled WebAssembly: import wasm from onnxruntime-web/ort-wasm-simd-threaded.wasm, which wrangler compiles',
    )
  }
  if ((tokenizer === undefined) === (encode === undefined))
    throw wrong('tokenizer', 'or encode is needed, and not both')
  if (tokenizer !== undefined && typeof tokenizer !== 'function' && !isObject(tokenizer))
    throw wrong('tokenizer', 'is what a tokenizer.json holds, or a function from a text to ids')
  if (tokenizerConfig !== undefined && !isObject(tokenizerConfig))
    throw wrong('tokenizerConfig', 'is what a tokenizer_config.json holds')
  if (encode !== undefined && typeof encode !== 'function') throw wrong('encode', 'is a function')
  checkWhole(options.maxTokens ?? 1, 'maxTokens', mostTokens)
  checkWhole(options.conversationTokens ?? 1, 'conversationTokens', mostTokens * 8)
  const pad = options.padTokenId ?? 0
  if (!Number.isSafeInteger(pad) || pad < 0) throw wrong('padTokenId', 'is a whole number from 0')
  checkHeads(options.heads)
}

async function load(options: OwnModelOptions): Promise<Read> {
  const { heads } = options
  const session = await openSession(options.wasm, new Uint8Array(options.model))
  const outputs = outputsOf(heads)
  for (const output of outputs) {
    if (!session.outputs.includes(output)) {
      throw new NearsideError(
        'bad-model',
        `The model has no output ${output}, which heads name; there are ${session.outputs.join(', ')}.`,
      )
    }
  }
  const encode = options.encode === undefined ? encoder(options, session.inputs) : byHost(options.encode)
  const read: Read = async (text) => {
    const { feeds, tokens } = encode(text)
    const rows = await session.run(feeds, outputs)
    return { reading: readHeads(heads, rows, options.encode === undefined ? tokens : null), tokens }
  }
  await read('What does a model say of a few words?').catch((cause: unknown) => {
    if (cause instanceof NearsideError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NearsideError('bad-model', `The model fails on a text of a few words: ${why}`, { cause })
  })
  return read
}

type Encode = (text: string) => { readonly feeds: Feeds; readonly tokens: number }

function encoder(options: OwnModelOptions, inputs: Parameters<typeof tokenFeeds>[0]): Encode {
  const { fixedTokens, feed } = tokenFeeds(inputs, options.padTokenId ?? 0)
  const maxTokens = Math.min(options.maxTokens ?? 256, fixedTokens ?? mostTokens)
  const tokenize = tokenizeBy(options.tokenizer ?? {}, options.tokenizerConfig ?? {}, maxTokens)
  return (text) => {
    const ids = tokenize(text)
    return { feeds: feed(ids), tokens: ids.length }
  }
}

/** How long a text is for a host's own encoder is not known: each turn counts with a full one. */
function byHost(encode: (text: string) => Feeds): Encode {
  return (text) => ({ feeds: encode(text), tokens: 256 })
}
