/** A hub as the puller needs it: a repository pinned to its commit, and the files that this commit has. */
import { type AskOptions, ask } from './ask.ts'
import { HubFault } from './fault.ts'
import { nextPage, type RemoteFile, readCommit, readListing } from './listing.ts'
import { pause, retryDelayMs } from './retry.ts'

export type HubOptions = AskOptions & {
  /** How often a question is put, the first time included. */
  readonly attempts: number
  /** From 0 to 1. */
  readonly random: () => number
}

export type PinnedRepository = {
  readonly repository: string
  readonly commit: string
  readonly files: readonly RemoteFile[]
}

const mostFiles = 10_000
const mostPageBytes = 16 * 1024 * 1024
const mostPages = 50

export async function pinRepository(
  repository: string,
  revision: string,
  options: HubOptions,
): Promise<PinnedRepository> {
  const { hub } = options
  const what = `repository ${repository}${revision === 'main' ? '' : ` at ${revision}`}`
  const api = `${hub.url}/api/models/${encodePath(repository)}`
  const info = await askJson(`${api}/revision/${encodeURIComponent(revision)}`, what, options)
  const commit = readCommit(info.text)

  const files: RemoteFile[] = []
  let page: string | null = `${api}/tree/${commit}?recursive=true`
  for (let pages = 0; page !== null; pages++) {
    if (pages === mostPages) throw tooLong(repository)
    const { text, link } = await askJson(page, `list of files of ${repository}`, options)
    files.push(...readListing(text))
    if (files.length > mostFiles) throw tooLong(repository)
    const next = nextPage(link)
    page = next === null ? null : new URL(next, page).href
    if (page !== null && new URL(page).origin !== hub.origin) {
      throw new HubFault('tier-failed', 'The list of files goes on at another address than the hub.', false)
    }
  }
  return { repository, commit, files }
}

/** Where a file of a pinned repository is fetched. */
export function fileUrl({ hub }: AskOptions, repository: string, commit: string, path: string): string {
  return `${hub.url}/${encodePath(repository)}/resolve/${commit}/${encodePath(path)}`
}

async function askJson(
  url: string,
  what: string,
  options: HubOptions,
): Promise<{ readonly text: string; readonly link: string | null }> {
  for (let attempt = 0; ; attempt++) {
    try {
      const { response, read, cancel } = await ask(url, what, { accept: 'application/json' }, options)
      const chunks: Uint8Array[] = []
      let bytes = 0
      for (let chunk = await read(); chunk !== null; chunk = await read()) {
        bytes += chunk.byteLength
        if (bytes > mostPageBytes) {
          await cancel()
          throw new HubFault('tier-failed', `The hub says too much about ${what}.`, false)
        }
        chunks.push(chunk)
      }
      return { text: Buffer.concat(chunks).toString('utf8'), link: response.headers.get('link') }
    } catch (error) {
      if (!(error instanceof HubFault) || !error.passing || attempt + 1 >= options.attempts) throw error
      await pause(retryDelayMs(attempt, error.retryAfterMs, options.random()), options.signal)
    }
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function tooLong(repository: string): HubFault {
  return new HubFault(
    'bad-model',
    `${repository} lists more than ${mostFiles} files; that is no model.`,
    false,
  )
}
