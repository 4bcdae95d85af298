/**
 * The file that `nearside serve --records` adds a line to for each request, as `nearside replay` and `nearside advise` read it. There is
 * no text and no key in a record, but who asked when is in it: only the owner may read the file.
 *
 * An answer never waits for the disk. What a disk does not take in time is left out, and somebody is told.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { NearsideError } from '@nearside/core'
import type { RequestRecord } from '@nearside/workers'

export type RecordFile = { write(record: RequestRecord): void; close(): Promise<void> }

const mostWaitingBytes = 8 * 1024 * 1024

export async function openRecordFile(path: string, say: (line: string) => void): Promise<RecordFile> {
  const stream = (await opened(path)).createWriteStream()
  let isTold = false
  const tell = (why: string): void => {
    if (!isTold) say(`records are missing from ${path}: ${why}`)
    isTold = true
  }
  stream.on('error', (error: NodeJS.ErrnoException) => tell(error.code ?? error.message))
  return {
    write(record) {
      if (stream.destroyed || stream.writableLength > mostWaitingBytes)
        return tell('they are not written in time')
      stream.write(`${JSON.stringify(record)}\n`)
    },
    close: () =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve()
        stream.once('close', resolve)
        stream.end()
      }),
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o600)
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new NearsideError('bad-options', `${path} cannot be written${why}; --records names a file.`, {
      param: 'records',
      cause,
    })
  }
}
