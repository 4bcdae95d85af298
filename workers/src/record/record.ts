/** The shape of what is kept of a request is the core's, which reads it again. */
export type { RequestRecord, StepRecord, StepTaken } from '@nearside/core'
