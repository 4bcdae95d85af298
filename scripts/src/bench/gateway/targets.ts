/** What the gateway bench compares, each started once and kept for all rounds. */

import type { Bundle } from '../../workerd/bundle.ts'
import { bundleWorker } from '../../workerd/bundle.ts'
import { readSettings, type WorkerSettings } from '../../workerd/settings.ts'
import { type WorkerdFolder, writeWorkerd } from '../../workerd/workerd.ts'
import { moduleFile } from '../child-module.ts'
import { startPortkey } from './portkey.ts'
import {
  callerHash,
  directRequest,
  gatewayRequest,
  type Mode,
  portkeyRequest,
  type RequestOf,
} from './requests.ts'

export type TargetName =
  | 'direct'
  | 'ten-line proxy'
  | 'thirty-line proxy'
  | 'nearside finish'
  | 'nearside abort'
  | 'nearside events'
  | 'portkey'

export type Target = {
  readonly name: TargetName
  readonly port: number
  /** Null where the target is the upstream itself. */
  readonly pid: number | null
  /** What it is measured with: metering streams is of no interest to whole answers. */
  readonly modes: readonly Mode[]
  readonly request: RequestOf
  stop(): Promise<void>
}

export type Targets = {
  readonly running: readonly Target[]
  readonly absent: readonly { readonly name: TargetName; readonly why: string }[]
  /** Those whose cold start is compared: the folders to start them from. */
  readonly cold: Readonly<Record<'ten-line proxy' | 'nearside finish', WorkerdFolder>>
  readonly settings: WorkerSettings
  stop(): Promise<void>
}

const both: readonly Mode[] = ['whole', 'stream']

export async function startTargets(upstreamPort: number): Promise<Targets> {
  const settings = await readSettings()
  const upstream = `http://127.0.0.1:${upstreamPort}`
  const [ten, thirty, nearside] = await Promise.all([
    bundle('ten-lines'),
    bundle('thirty-lines'),
    bundle('nearside'),
  ])
  const running: Target[] = [
    {
      name: 'direct',
      port: upstreamPort,
      pid: null,
      modes: both,
      request: directRequest('direct'),
      stop: async () => {},
    },
  ]

  async function folderOf(bundled: Bundle, vars: Readonly<Record<string, string>>): Promise<WorkerdFolder> {
    return writeWorkerd({ ...settings, bundle: bundled, vars: { UPSTREAM: upstream, ...vars } })
  }
  async function run(
    name: TargetName,
    folder: WorkerdFolder,
    modes: readonly Mode[],
    request: RequestOf,
  ): Promise<void> {
    running.push({ name, modes, request, ...(await folder.serve()) })
  }
  async function nearsideFolder(
    name: TargetName,
    onHangUp: string,
    eventPath: string,
  ): Promise<WorkerdFolder> {
    const vars = {
      UPSTREAM_KEY: upstreamKey(name),
      CALLER: callerHash,
      ON_HANG_UP: onHangUp,
      EVENT_PATH: eventPath,
    }
    return folderOf(nearside, vars)
  }

  const tenFolder = await folderOf(ten, {})
  const finishFolder = await nearsideFolder('nearside finish', 'finish', '0')
  await run('ten-line proxy', tenFolder, both, directRequest('ten-line proxy'))
  await run('nearside finish', finishFolder, both, gatewayRequest)
  await run(
    'nearside abort',
    await nearsideFolder('nearside abort', 'abort', '0'),
    ['stream'],
    gatewayRequest,
  )
  await run('thirty-line proxy', await folderOf(thirty, {}), ['stream'], directRequest('thirty-line proxy'))
  await run('nearside events', await nearsideFolder('nearside events', 'abort', '1'), both, gatewayRequest)

  const absent: { name: TargetName; why: string }[] = []
  const portkey = await startPortkey()
  if ('absent' in portkey) absent.push({ name: 'portkey', why: portkey.absent })
  else running.push({ name: 'portkey', modes: both, request: portkeyRequest(upstream), ...portkey })

  return {
    running,
    absent,
    cold: { 'ten-line proxy': tenFolder, 'nearside finish': finishFolder },
    settings,
    async stop() {
      await Promise.all(running.map((target) => target.stop()))
    },
  }
}

/** Keys have no spaces. */
export function upstreamKey(name: TargetName): string {
  return name.replaceAll(' ', '-')
}

function bundle(name: string): Promise<Bundle> {
  return bundleWorker(moduleFile(`./targets/${name}`, import.meta.url))
}
