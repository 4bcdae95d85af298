/**
 * The files of a repository as a hub lists them. Their names become paths on this machine, so each is checked
 * before anything is done with it: one that leaves the folder, or could be read as another, is refused
 * together with the listing it came in.
 */
import * as v from 'valibot'
import { HubFault } from './fault.ts'

export type RemoteFile = {
  readonly path: string
  readonly bytes: number
  /** SHA-256 of the content, where the hub keeps it as a large file. */
  readonly sha256: string | null
  /** Git's hash of a small file: SHA-1 of a header and the content. */
  readonly gitSha1: string | null
}

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const entrySchema = v.object({
  type: v.string(),
  path: v.string(),
  oid: v.optional(v.string()),
  size: v.optional(size),
  lfs: v.nullish(v.object({ oid: v.string(), size: v.optional(size) })),
})

const pageSchema = v.pipe(v.string(), v.parseJson(), v.array(entrySchema))

/** One page of a tree; folders are left out. */
export function readListing(json: string): RemoteFile[] {
  const result = v.safeParse(pageSchema, json)
  if (!result.success) throw new HubFault('tier-failed', 'The listing of the hub cannot be read.', false)
  return result.output
    .filter(({ type }) => type === 'file')
    .map(({ path, size: bytes, oid, lfs }) => {
      if (!isSafePath(path)) {
        throw new HubFault(
          'bad-model',
          `The repository lists ${JSON.stringify(path.slice(0, 80))}, which is no path inside a folder; nothing was fetched.`,
          false,
        )
      }
      const large = lfs ?? null
      return {
        path,
        bytes: large?.size ?? bytes ?? 0,
        sha256: large !== null && /^[0-9a-f]{64}$/.test(large.oid) ? large.oid : null,
        gitSha1: large === null && oid !== undefined && /^[0-9a-f]{40}$/.test(oid) ? oid : null,
      }
    })
}

/** Plain names joined by slashes, none of which any system reads as something else. */
export function isSafePath(path: string): boolean {
  if (path.length > 512) return false
  return path.split('/').every(
    (part) =>
      /^[^\\:*?"<>|]{1,255}$/.test(part) &&
      ![...part].some((character) => character < ' ' || character === '\x7f') &&
      !/^\.{1,2}$/.test(part) &&
      !/[. ]$/.test(part) &&
      // Windows takes these for devices, whatever stands behind the dot.
      !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part),
  )
}

const commitSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)) }),
)

/** The commit that a revision stands for. */
export function readCommit(json: string): string {
  const result = v.safeParse(commitSchema, json)
  if (result.success) return result.output.sha
  throw new HubFault('tier-failed', 'The hub did not say which commit the repository is at.', false)
}

/** The address of the next page in a `Link` header; null where there is none. */
export function nextPage(link: string | null): string | null {
  return /<([^<>]{1,2048})>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1] ?? null
}
