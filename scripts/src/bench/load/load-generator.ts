/** Drives the load generator in its process, so that what it spends is not spent by what it measures. */

import { start, stop } from '../../workerd/processes.ts'
import { moduleFile, nextMessage } from '../child-module.ts'
import type { LoadJob, LoadResult } from './run-load.ts'

export type LoadGenerator = {
  run(job: LoadJob): Promise<LoadResult>
  stop(): Promise<void>
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const child = start(
    process.execPath,
    ['--conditions=source', moduleFile('./load-process', import.meta.url)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  await nextMessage(child)
  return {
    run(job) {
      const result = nextMessage(child)
      child.send(job)
      return result as Promise<LoadResult>
    },
    stop: () => stop(child),
  }
}
