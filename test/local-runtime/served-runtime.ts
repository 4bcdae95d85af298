/** A runtime on a free port, the OpenAI client to ask it with, and what it told of each request. */
import {
  type RequestRecord,
  type RuntimeOptions,
  type ScriptedOptions,
  type ServedRuntime,
  scriptedEngine,
  serveRuntime,
} from '@nearside/local-runtime'
import OpenAI from 'openai'
import { words } from './scripts.ts'

export type Served = ServedRuntime & {
  readonly client: OpenAI
  readonly records: readonly RequestRecord[]
  get(path: string): Promise<{ readonly status: number; readonly headers: Headers; readonly body: string }>
}

export const ask = { model: 'local', messages: [{ role: 'user' as const, content: 'Count to ten.' }] }

export async function serveForTest(options: RuntimeOptions): Promise<Served> {
  const records: RequestRecord[] = []
  const runtime = await serveRuntime({ port: 0, ...options, onRecord: (record) => void records.push(record) })
  const apiKey = options.secret ?? 'none'
  return {
    ...runtime,
    client: new OpenAI({ baseURL: `${runtime.url}/v1`, apiKey, maxRetries: 0 }),
    records,
    async get(path) {
      const response = await fetch(runtime.url + path, { headers: { authorization: `Bearer ${apiKey}` } })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
  }
}

/** Serves what a script says; ten words, unless another is given. */
export async function serveScript(
  script: ScriptedOptions['script'] = () => words,
  options: RuntimeOptions & { readonly scripted?: Omit<ScriptedOptions, 'script'> } = {},
): Promise<Served> {
  const { scripted, ...rest } = options
  const served = await serveForTest({ engine: scriptedEngine({ script, ...scripted }), ...rest })
  if (scripted?.loaded === undefined) await served.ready
  return served
}

/** Asks again and again, for a bounded time, until it is so. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 120_000
  while (performance.now() < endMs) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came to be')
}
