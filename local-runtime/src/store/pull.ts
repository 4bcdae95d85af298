/**
 * Brings a model from a hub to this machine: pins the repository to its commit, chooses the files, makes sure
 * of room, fetches two at a time, checks each by its hash, and only then puts the model in its place with one
 * rename. Stopped at any moment, it leaves either the model or files that the next pull goes on with.
 */
import { createHash } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NearsideError } from '@nearside/core'
import type { CatalogueModel } from '../catalogue/catalogue.ts'
import { download, isDiskFull } from '../hub/download.ts'
import { fileUrl, type HubOptions, pinRepository } from '../hub/hub.ts'
import type { RemoteFile } from '../hub/listing.ts'
import { chooseFiles } from './choose-files.ts'
import { diskFull, freeBytes, requireRoom } from './disk.ts'
import { withLock } from './lock.ts'
import { lockFile, modelId, partFile, stagingFolder } from './places.ts'
import { type ModelRecord, readRecord, writeRecord } from './record.ts'

export type PullRequest = {
  /** What it will be called: the catalogue's short name, or the repository's. */
  readonly name: string
  readonly repository: string
  readonly revision: string
  readonly weights: string | null
  readonly quantisation: string | null
  /** What the catalogue knows of it; null for any other repository. */
  readonly model: CatalogueModel | null
}

export type PullProgress = {
  readonly doneBytes: number
  readonly totalBytes: number
  /** The file that moved last. */
  readonly file: string
}

export type PullOptions = HubOptions & {
  /** The folder of all models. */
  readonly folder: string
  readonly onProgress: (progress: PullProgress) => void
  readonly now: () => number
  /** @default what the file system says */
  readonly freeBytes?: (folder: string) => Promise<number>
}

export type Pulled = {
  readonly id: string
  readonly folder: string
  readonly record: ModelRecord
  /** False where the same commit was here already. */
  readonly fetched: boolean
}

const filesAtOnce = 2

export async function pullModel(request: PullRequest, options: PullOptions): Promise<Pulled> {
  const pinned = await pinRepository(request.repository, request.revision, options)
  const chosen = chooseFiles(pinned.files, request)
  const id = modelId(request.name, chosen.quantisation)
  const folder = join(options.folder, id)

  return withLock(lockFile(options.folder, id), id, async () => {
    const before = await readRecord(folder)
    if (before?.source.revision === pinned.commit) return { id, folder, record: before, fetched: false }

    // A pull that was killed could not do this itself.
    await keepForLater(chosen.files, id, options.folder)
    const staging = stagingFolder(options.folder, id)
    await mkdir(staging, { recursive: true })
    await makeSureOfRoom(chosen.files, id, options)
    const urlOf = (path: string): string => fileUrl(options, pinned.repository, pinned.commit, path)
    const sha256 = await fetchFiles(chosen.files, id, urlOf, options)

    const { model } = request
    const record: ModelRecord = {
      name: request.name,
      version: `${pinned.commit.slice(0, 12)}.${chosen.quantisation}`,
      sha256,
      quantisation: chosen.quantisation,
      format: chosen.format,
      bytes: chosen.files.reduce((sum, { bytes }) => sum + bytes, 0),
      source: {
        hub: options.hub.url,
        repository: pinned.repository,
        revision: pinned.commit,
        pulledAt: new Date(options.now()).toISOString(),
      },
      licence: model?.licence ?? null,
      template: model?.template ?? null,
      shape:
        model === null
          ? null
          : {
              layers: model.layers,
              keyValueHeads: model.keyValueHeads,
              headSize: model.headSize,
              contextTokens: model.contextTokens,
            },
    }
    await writeRecord(staging, record)
    await putInPlace(staging, folder)
    return { id, folder, record, fetched: true }
  })
}

async function makeSureOfRoom(files: readonly RemoteFile[], id: string, options: PullOptions): Promise<void> {
  let needed = 0
  for (const file of files) {
    const have = await stat(partOf(options.folder, id, file)).catch(() => null)
    needed += Math.max(0, file.bytes - (have?.size ?? 0))
  }
  requireRoom(options.folder, needed, await (options.freeBytes ?? freeBytes)(options.folder))
}

/**
 * Fetches all files, the largest first, and gives the hash of each. The first that fails stops the others.
 */
async function fetchFiles(
  files: readonly RemoteFile[],
  id: string,
  urlOf: (path: string) => string,
  options: PullOptions,
): Promise<Record<string, string>> {
  const staging = stagingFolder(options.folder, id)
  const waiting = files.toSorted((a, b) => b.bytes - a.bytes)
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const hashes = new Map<string, string>()
  const failing = new AbortController()
  const signal = AbortSignal.any([options.signal, failing.signal])
  let doneBytes = 0

  async function fetchOne(file: RemoteFile): Promise<void> {
    const part = partOf(options.folder, id, file)
    const onBytes = (bytes: number): void => {
      doneBytes += bytes
      options.onProgress({ doneBytes, totalBytes, file: file.path })
    }
    const hash = await download(file, urlOf(file.path), part, { ...options, signal, onBytes })
    const place = join(staging, ...placeOf(file.path).split('/'))
    await mkdir(dirname(place), { recursive: true })
    await rename(part, place)
    hashes.set(placeOf(file.path), hash)
  }

  async function worker(): Promise<void> {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await fetchOne(file)
  }

  const workers = Array.from({ length: filesAtOnce }, () =>
    worker().catch((error: unknown) => {
      failing.abort(error)
      throw error
    }),
  )
  const outcomes = await Promise.allSettled(workers)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed === undefined) return inOrder(files, hashes)

  const reason: unknown = options.signal.aborted ? options.signal.reason : failing.signal.reason
  if (isDiskFull(reason)) {
    await forget(files, id, options.folder)
    throw diskFull(options.folder, totalBytes - doneBytes)
  }
  await keepForLater(files, id, options.folder)
  throw reason
}

function inOrder(files: readonly RemoteFile[], hashes: ReadonlyMap<string, string>): Record<string, string> {
  const places = files.map(({ path }) => placeOf(path))
  return Object.fromEntries(places.map((place) => [place, hashes.get(place)!]))
}

/** Whole files of a pull that did not finish become parts again, under their hashes, for the next to find. */
async function keepForLater(files: readonly RemoteFile[], id: string, folder: string): Promise<void> {
  const staging = stagingFolder(folder, id)
  for (const file of files) {
    const place = join(staging, ...placeOf(file.path).split('/'))
    // Of another length it is a file of another commit.
    const length = (await stat(place).catch(() => null))?.size
    if (length === file.bytes) await rename(place, partOf(folder, id, file)).catch(() => {})
  }
  await rm(staging, { recursive: true, force: true })
}

/** On a full disk, what is half-fetched is in everybody's way. */
async function forget(files: readonly RemoteFile[], id: string, folder: string): Promise<void> {
  for (const file of files) await rm(partOf(folder, id, file), { force: true })
  await rm(stagingFolder(folder, id), { recursive: true, force: true })
}

/**
 * The model that was there is put aside first and goes last: somewhere in between, one of the two is always
 * whole.
 */
async function putInPlace(staging: string, folder: string): Promise<void> {
  const old = `${staging}.old`
  await rm(old, { recursive: true, force: true })
  const replaced = await rename(folder, old).then(
    () => true,
    () => false,
  )
  try {
    await rename(staging, folder)
  } catch (cause) {
    if (replaced) await rename(old, folder)
    throw new NearsideError('internal', `The model is whole, but could not be moved to ${folder}.`, { cause })
  }
  await rm(old, { recursive: true, force: true })
}

/**
 * Where a file of a repository goes in the model's folder. Repositories of many quantisations give each a folder; a GGUF is
 * looked for at the top, and one model has only one.
 */
function placeOf(path: string): string {
  return /\.gguf$/i.test(path) ? path.slice(path.lastIndexOf('/') + 1) : path
}

/**
 * Where what has come of a file is kept. A file whose hash nobody told could not be checked, and is not
 * fetched. Model and path are in the name too: two files may have the same content, and be fetched at the
 * same time.
 */
function partOf(folder: string, id: string, file: RemoteFile): string {
  const hash = file.sha256 ?? file.gitSha1
  if (hash === null) {
    throw new NearsideError('bad-model', `The hub tells no hash of ${file.path}, so it could not be checked.`)
  }
  return partFile(
    folder,
    `${hash}-${createHash('sha256').update(`${id}/${file.path}`).digest('hex').slice(0, 8)}`,
  )
}
