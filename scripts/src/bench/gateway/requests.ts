/** The requests of the gateway bench, byte for byte as they go onto the wire. */
import { createHash } from 'node:crypto'

export type Mode = 'whole' | 'stream' | 'spaced'
/** The request for a mode, to the server on `port`. */
export type RequestOf = (mode: Mode, port: number) => string

const callerKey = 'nearside-bench-caller'
export const callerHash: string = createHash('sha256').update(callerKey).digest('hex')

/** The key says who asks, since nothing stands between. */
export function directRequest(name: string): RequestOf {
  return (mode, port) => chat(mode, port, { authorization: `Bearer ${name}` })
}

export const gatewayRequest: RequestOf = (mode, port) =>
  chat(mode, port, { authorization: `Bearer ${callerKey}` })

export function portkeyRequest(upstream: string): RequestOf {
  return (mode, port) =>
    chat(mode, port, {
      authorization: 'Bearer portkey',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream}/v1`,
    })
}

function chat(mode: Mode, port: number, headers: Readonly<Record<string, string>>): string {
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      {
        role: 'user',
        content: mode === 'spaced' ? 'Count slowly, spaced out.' : 'What is the capital of France?',
      },
    ],
    max_tokens: 64,
    ...(mode !== 'whole' && { stream: true }),
  })
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  return ['POST /v1/chat/completions HTTP/1.1', ...lines, '', body].join('\r\n')
}

/** What an answer must end with to be whole. */
export function tailOf(mode: Mode): string {
  return mode === 'whole' ? '}' : 'data: [DONE]\n\n'
}
