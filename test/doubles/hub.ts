/**
 * A hub of models on loopback, with Hugging Face's three addresses: a repository's commit, the list of its
 * files, and the files, the large ones by a redirect to a store at another origin. It writes down each
 * request and misbehaves when told to.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

/** What it does instead of what it should. */
export type Misdeed =
  | { readonly type: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'web-page' }
  | { readonly type: 'cut'; readonly afterBytes: number }
  | { readonly type: 'hang'; readonly afterBytes: number }
  | { readonly type: 'ignore-range' }
  | { readonly type: 'wrong-place' }
  | { readonly type: 'damaged' }
  | { readonly type: 'packed' }
  | { readonly type: 'endless' }
  | { readonly type: 'claims'; readonly bytes: number }
  | { readonly type: 'tag'; readonly etag: string }
  | { readonly type: 'redirect'; readonly to: string }
  | { readonly type: 'body'; readonly text: string; readonly headers?: Readonly<Record<string, string>> }

export type HubRequest = {
  /** `store` is the other origin. */
  readonly at: 'commit' | 'list' | 'file' | 'store'
  /** The file's path, where it is about one. */
  readonly path: string
  readonly url: string
  readonly authorization: string | null
  readonly range: string | null
  /** How often the same was asked before. */
  readonly before: number
}

export type HubOptions = {
  readonly repository: string
  readonly files: Readonly<Record<string, Uint8Array>>
  /** Asked at each request what goes wrong this time. */
  readonly misdeed?: (request: HubRequest) => Misdeed | null
  /** What everybody must send. */
  readonly token?: string
}

export type HubDouble = {
  readonly url: string
  readonly storeUrl: string
  readonly commit: string
  readonly requests: readonly HubRequest[]
  /** From now on it has these files, at another commit. */
  change(files: Readonly<Record<string, Uint8Array>>): void
  close(): Promise<void>
}

/** From this size on a file is kept in the store. */
const largeBytes = 1_000

export async function startHub(options: HubOptions): Promise<HubDouble> {
  const requests: HubRequest[] = []
  let files = options.files
  let commit = hash('sha1', Buffer.from(JSON.stringify(Object.keys(files))))
  const counts = new Map<string, number>()

  function note(at: HubRequest['at'], path: string, message: IncomingMessage): HubRequest {
    const key = `${at} ${path}`
    const before = counts.get(key) ?? 0
    counts.set(key, before + 1)
    const request = {
      at,
      path,
      url: message.url ?? '',
      authorization: message.headers.authorization ?? null,
      range: message.headers.range ?? null,
      before,
    }
    requests.push(request)
    return request
  }

  const hub = createServer((message, response) => {
    const path = decodeURIComponent(new URL(message.url ?? '/', 'http://hub').pathname)
    const { repository } = options
    const kind = path.startsWith(`/api/models/${repository}/revision/`)
      ? 'commit'
      : path.startsWith(`/api/models/${repository}/tree/`)
        ? 'list'
        : 'file'
    const prefix = `/${repository}/resolve/${commit}/`
    const file = kind === 'file' && path.startsWith(prefix) ? path.slice(prefix.length) : ''
    const request = note(kind, file, message)
    const misdeed = options.misdeed?.(request) ?? null
    if (options.token !== undefined && message.headers.authorization !== `Bearer ${options.token}`) {
      return void response.writeHead(401).end('{"error":"Invalid credentials"}')
    }
    if (misdeed !== null && answersAlone(misdeed, response)) return
    if (kind === 'commit') return void json(response, { id: repository, sha: commit })
    if (kind === 'list')
      return void json(
        response,
        Object.entries(files).map(([name, bytes]) => entry(name, bytes)),
      )
    const bytes = files[file]
    if (bytes === undefined) return void response.writeHead(404).end('{"error":"Entry not found"}')
    if (bytes.byteLength >= largeBytes) {
      return void response
        .writeHead(302, { location: `${storeUrl}/${encodeURIComponent(file)}?signed=1` })
        .end()
    }
    send(message, response, bytes, misdeed)
  })

  const store = createServer((message, response) => {
    const file = decodeURIComponent(new URL(message.url ?? '/', 'http://store').pathname.slice(1))
    const request = note('store', file, message)
    const misdeed = options.misdeed?.(request) ?? null
    const bytes = files[file]
    if (misdeed !== null && answersAlone(misdeed, response)) return
    if (bytes === undefined) return void response.writeHead(404).end()
    send(message, response, bytes, misdeed)
  })

  const url = await listen(hub)
  const storeUrl = await listen(store)
  return {
    url,
    storeUrl,
    get commit() {
      return commit
    },
    requests,
    change(changed) {
      files = changed
      commit = hash('sha1', Buffer.from(`${commit} and on`))
    },
    close: async () => {
      await Promise.all([shut(hub), shut(store)])
    },
  }
}

function entry(path: string, bytes: Uint8Array): object {
  const oid = hash('sha1', Buffer.concat([Buffer.from(`blob ${bytes.byteLength}\0`), bytes]))
  if (bytes.byteLength < largeBytes) return { type: 'file', path, oid, size: bytes.byteLength }
  const lfs = { oid: hash('sha256', bytes), size: bytes.byteLength, pointerSize: 134 }
  return { type: 'file', path, oid, size: bytes.byteLength, lfs }
}

/** Answers that have nothing to do with what was asked. */
function answersAlone(misdeed: Misdeed, response: ServerResponse): boolean {
  switch (misdeed.type) {
    case 'status':
      response.writeHead(misdeed.status, { ...misdeed.headers }).end('<h1>Error</h1>')
      return true
    case 'web-page':
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<html>Please log in.</html>')
      return true
    case 'redirect':
      response.writeHead(302, { location: misdeed.to }).end()
      return true
    case 'body':
      response.writeHead(200, { 'content-type': 'application/json', ...misdeed.headers }).end(misdeed.text)
      return true
    default:
      return false
  }
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  whole: Uint8Array,
  misdeed: Misdeed | null,
): void {
  const bytes = misdeed?.type === 'damaged' ? withFlippedByte(whole) : whole
  const asked = misdeed?.type === 'ignore-range' ? null : /^bytes=(\d+)-$/.exec(message.headers.range ?? '')
  const etag = misdeed?.type === 'tag' ? misdeed.etag : `"${hash('sha1', whole)}"`
  const start = asked === null ? 0 : Number(asked[1])
  const body = bytes.subarray(start)
  const place = start + (misdeed?.type === 'wrong-place' ? -1 : 0)
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    etag,
    'accept-ranges': 'bytes',
    ...(asked === null
      ? {}
      : { 'content-range': `bytes ${place}-${whole.byteLength - 1}/${whole.byteLength}` }),
  }
  if (misdeed?.type === 'claims') headers['content-length'] = String(misdeed.bytes)
  else if (misdeed?.type !== 'endless') headers['content-length'] = String(body.byteLength)
  if (misdeed?.type === 'packed') {
    const packed = gzipSync(body)
    const length = String(packed.byteLength)
    return void response
      .writeHead(200, { ...headers, 'content-encoding': 'gzip', 'content-length': length })
      .end(packed)
  }
  response.writeHead(asked === null ? 200 : 206, headers)

  if (misdeed?.type === 'cut') {
    response.write(body.subarray(0, misdeed.afterBytes), () => setImmediate(() => response.destroy()))
  } else if (misdeed?.type === 'hang') {
    response.flushHeaders()
    if (misdeed.afterBytes > 0) response.write(body.subarray(0, misdeed.afterBytes))
  } else if (misdeed?.type === 'endless') {
    const more = (): void => {
      while (!response.destroyed && response.write(body));
    }
    response.on('drain', more)
    more()
  } else response.end(body)
}

function withFlippedByte(bytes: Uint8Array): Uint8Array {
  const damaged = Uint8Array.from(bytes)
  damaged[damaged.length >> 1]! ^= 1
  return damaged
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value))
}

function hash(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

async function shut(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
