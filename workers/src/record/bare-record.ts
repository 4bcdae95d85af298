/** What the record of a request says where nothing was decided, asked or charged; whoever knows more says it over this. */
import { type RequestRecord, recordVersion } from '@nearside/core'

type Known = 'id' | 'tenant' | 'at' | 'durationMs' | 'stream' | 'wishes' | 'overheadMs' | 'outcome'

export const bareRecord: Omit<RequestRecord, Known> = {
  version: recordVersion,
  field: null,
  policy: null,
  frontierFrom: null,
  signals: null,
  plan: null,
  steps: [],
  served: null,
  degraded: null,
  error: null,
  usage: null,
  charge: null,
  joules: null,
  answerConfidence: null,
  replayOf: null,
}
