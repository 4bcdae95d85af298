/**
 * One file, fetched whole. What has arrived stays in a `.part` file, so that a cut connection, Ctrl-C or a
 * crash costs only what had not come yet. The part is named by the hash of the file it will be, so that it
 * can never be gone on with for another; and only its hash decides whether it is that file, whatever lengths
 * and tags were said on the way.
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type Asked, type AskOptions, ask } from './ask.ts'
import { HubFault } from './fault.ts'
import { hashFile } from './hash-file.ts'
import type { RemoteFile } from './listing.ts'
import { pause, retryDelayMs } from './retry.ts'

export type DownloadOptions = AskOptions & {
  /** How often in a row a fetch may bring nothing new. */
  readonly attempts: number
  readonly random: () => number
  /** Told of bytes as they come; negative where bytes had to be thrown away. */
  readonly onBytes: (bytes: number) => void
}

/** Whatever a server does, a file is asked for at most so often. */
const mostRequests = 200

/** Damaged bytes are fetched anew once: twice the same damage is no accident of the line. */
const mostRestarts = 1

/**
 * Fetches `file` from `url` into `part`, checks it, and gives its SHA-256. `part` is gone where that failed
 * for good.
 */
export async function download(
  file: RemoteFile,
  url: string,
  part: string,
  options: DownloadOptions,
): Promise<string> {
  const handle = await open(part, 'a+')
  try {
    const fetching: Fetching = { file, url, handle, have: (await handle.stat()).size, etag: null }
    if (fetching.have > file.bytes) await startOver(fetching, { ...options, onBytes: () => {} })
    options.onBytes(fetching.have)
    for (let restarts = 0; ; restarts++) {
      await fetchAll(fetching, options)
      await handle.sync()
      const { sha256, gitSha1 } = await hashFile(part, file.bytes, options.signal)
      if ((file.sha256 ?? sha256) === sha256 && (file.gitSha1 ?? gitSha1) === gitSha1) return sha256
      await startOver(fetching, options)
      if (restarts >= mostRestarts) throw damaged(file, sha256, gitSha1)
    }
  } catch (error) {
    if (isForGood(error)) await rm(part, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

type Fetching = {
  readonly file: RemoteFile
  readonly url: string
  readonly handle: FileHandle
  have: number
  /** The tag of the bytes so far; null where none was told, or it is a weak one. */
  etag: string | null
}

async function fetchAll(fetching: Fetching, options: DownloadOptions): Promise<void> {
  const { file } = fetching
  let fruitless = 0
  for (let requests = 0; fetching.have < file.bytes; requests++) {
    const before = fetching.have
    try {
      await fetchMore(fetching, options)
      if (fetching.have === file.bytes) return
      throw new HubFault('tier-failed', `The connection ended in the middle of ${file.path}.`, true)
    } catch (error) {
      if (!(error instanceof HubFault) || !error.passing) throw error
      fruitless = fetching.have > before ? 0 : fruitless + 1
      if (fruitless >= options.attempts || requests >= mostRequests) throw error
      await pause(
        retryDelayMs(Math.max(0, fruitless - 1), error.retryAfterMs, options.random()),
        options.signal,
      )
    }
  }
}

async function fetchMore(fetching: Fetching, options: DownloadOptions): Promise<void> {
  const { file, have, etag } = fetching
  const headers: Record<string, string> = {}
  if (have > 0) {
    headers.range = `bytes=${have}-`
    if (etag !== null) headers['if-range'] = etag
  }
  const asked = await ask(fetching.url, file.path, headers, options, [416])
  try {
    await place(fetching, asked.response, options)
    for (let chunk = await asked.read(); chunk !== null; chunk = await asked.read()) {
      if (fetching.have + chunk.byteLength > file.bytes) throw wrongSize(file, 'more')
      await fetching.handle.appendFile(chunk)
      fetching.have += chunk.byteLength
      options.onBytes(chunk.byteLength)
    }
  } finally {
    await asked.cancel()
  }
}

/** Makes sure that what follows belongs behind what is there; where it does not, begins from the start. */
async function place(
  fetching: Fetching,
  response: Asked['response'],
  options: DownloadOptions,
): Promise<void> {
  const { file, have } = fetching
  const etag = strongTag(response.headers.get('etag'))
  if (response.status === 206) {
    const [, start, total] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
    const fits = Number(start) === have && (total === '*' || Number(total) === file.bytes)
    const changed = fetching.etag !== null && etag !== null && etag !== fetching.etag
    if (fits && !changed) return
    await startOver(fetching, options)
    throw new HubFault('tier-failed', `The hub goes on with ${file.path} in another place than asked.`, true)
  }
  if (response.status === 416) {
    await startOver(fetching, options)
    throw new HubFault('tier-failed', `The hub cannot go on with ${file.path}.`, true)
  }
  // 200: the whole file, whether or not a part was asked for.
  // Some pack small files although they were asked not to; the length is then that of the package.
  const isPacked = (response.headers.get('content-encoding') ?? 'identity') !== 'identity'
  const length = isPacked ? null : response.headers.get('content-length')
  if (length !== null && Number(length) !== file.bytes) {
    throw wrongSize(file, Number(length) > file.bytes ? 'more' : 'less')
  }
  if (have > 0) await startOver(fetching, options)
  fetching.etag = etag
}

async function startOver(fetching: Fetching, options: DownloadOptions): Promise<void> {
  await fetching.handle.truncate(0)
  options.onBytes(-fetching.have)
  fetching.have = 0
  fetching.etag = null
}

function strongTag(etag: string | null): string | null {
  return etag !== null && /^"[^"]*"$/.test(etag) ? etag : null
}

/** What a later try could go on with stays: where the line failed, or whoever wanted it left. */
function isForGood(error: unknown): boolean {
  return (error instanceof HubFault && error.code === 'bad-model') || isDiskFull(error)
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

function wrongSize(file: RemoteFile, how: 'more' | 'less'): HubFault {
  const message = `The hub lists ${file.path} with ${file.bytes} bytes, but sends ${how}; nothing of it was kept.`
  return new HubFault('bad-model', message, false)
}

function damaged(file: RemoteFile, sha256: string, gitSha1: string): HubFault {
  const [found, wanted] = file.sha256 === null ? [gitSha1, file.gitSha1] : [sha256, file.sha256]
  const message = `${file.path} arrived damaged twice: its hash is ${found}, not ${wanted}; nothing of it was kept.`
  return new HubFault('bad-model', message, false)
}
