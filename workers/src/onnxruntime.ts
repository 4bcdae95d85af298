/**
 * What `@nearside/workers/onnxruntime` promises: a model of the operator's own in onnxruntime-web. Apart, so that a bundle
 * that does not bring one carries neither the runtime nor a tokenizer.
 */
export type { ClassesHead, OwnHeads, OwnReading, ProbabilityHead, VectorHead } from './own-model/heads.ts'
export type { Feed, Feeds, FeedType } from './own-model/open-session.ts'
export { type OwnJudgement, type OwnModel, type OwnModelOptions, ownModel } from './own-model/own-model.ts'
export type { Tokenize } from './own-model/tokenize.ts'
