/** Starts the bench's upstream in its process. */

import { start, stop } from '../../workerd/processes.ts'
import { moduleFile, nextMessage } from '../child-module.ts'

export type Upstream = { readonly port: number; stop(): Promise<void> }

export async function startUpstream(): Promise<Upstream> {
  const child = start(
    process.execPath,
    ['--conditions=source', moduleFile('./upstream-process', import.meta.url)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  const port = (await nextMessage(child)) as number
  return { port, stop: () => stop(child) }
}
