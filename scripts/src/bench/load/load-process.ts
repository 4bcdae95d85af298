/** The load generator's own process: jobs come in over IPC, results go out. It ends with its parent. */
import { type LoadJob, runLoad } from './run-load.ts'

process.on('message', (job: LoadJob) => {
  runLoad(job).then((result) => process.send?.(result))
})
process.once('disconnect', () => process.exit())
process.send?.('ready')
