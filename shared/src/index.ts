/** What @nearside/core promises: the vocabulary, the wire and the decisions that both servers share. */

export { type Question, readQuestion } from './alike/read-question.ts'
export { sameQuestion } from './alike/same-question.ts'
export { type Agreement, agreementOf, type Said } from './answer-check/agreement.ts'
export { type AnswerFault, answerFaults } from './answer-check/answer-fault.ts'
export {
  type Calibration,
  calibrated,
  type PiecewiseCurve,
  readCalibration,
} from './answer-check/calibration.ts'
export {
  type AnswerCheck,
  type AnswerChecker,
  type AnswerToCheck,
  answerChecker,
} from './answer-check/check-answer.ts'
export type { VectorOf } from './answer-check/likeness.ts'
export { type BookTerms, defaultBookTerms } from './budget/book-terms.ts'
export type { Books, Changes, Counter, HoldRecord, HoldState, Verdict } from './budget/books.ts'
export { type Cap, type CapKind, type CapTerms, type CapWindow, capKinds, capWindows } from './budget/cap.ts'
export { balanceWith, type Sums } from './budget/capped-window.ts'
export { type Charge, chargeFor, type Ending } from './budget/charge.ts'
export { capOf, checkHold, checkLease, checkMoney, checkTenant } from './budget/check.ts'
export type { Hold } from './budget/hold.ts'
export { checkTokens, type LimitedBy, type Limits, type LimitTerms, limitsOf } from './budget/limits.ts'
export type {
  Balance,
  Release,
  Renewal,
  Reservation,
  Settlement,
  WriteOff,
} from './budget/outcome.ts'
export {
  type RateDenial,
  type RateRow,
  type RateStanding,
  type RateStandings,
  ratesOf,
  type Slot,
} from './budget/rate.ts'
export { readBalances } from './budget/read-balances.ts'
export { release } from './budget/release.ts'
export { renew } from './budget/renew.ts'
export { reserve } from './budget/reserve.ts'
export { settle } from './budget/settle.ts'
export { type Window, windowAt } from './budget/window.ts'
export { writeOff } from './budget/write-off.ts'
export { utc, type ZoneRow, type ZoneTable } from './budget/zone-table.ts'
export { canonicalRequest, notFromCache } from './cache/asked-same.ts'
export { canonicalJson } from './cache/canonical-json.ts'
export { type Retelling, retellStream, retellWhole } from './cache/retell-answer.ts'
export { type ToldAnswer, type ToldChoice, toldStream, toldWhole } from './cache/told-answer.ts'
export { type Curve, fitCurve, logOdds, onCurve } from './calibration/fit-curve.ts'
export {
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from './calibration/reliability.ts'
export type {
  AnswerDelta,
  AnswerWhole,
  ChatEvent,
  Choice,
  ChoiceDelta,
  FinishReason,
  TokenLogprob,
  ToolCallDelta,
} from './chat/chat-event.ts'
export type { ChatMessage, ChatRequest, Role, Sampling, ToolCall } from './chat/chat-request.ts'
export type { EmbeddingInput, EmbeddingRequest } from './chat/embedding-request.ts'
export type { JsonArray, JsonObject, JsonValue } from './chat/json.ts'
export { noUsage, type Usage } from './chat/usage.ts'
export { type Classifier, classifierOf, type Judgement } from './classifier/classify.ts'
export {
  bucketCount,
  type FeatureReader,
  featureReader,
  featureVersion,
  readCharacters,
  type TextFeatures,
} from './classifier/features.ts'
export { type Basis, judgeHeads, neverSeen, type TextJudgement } from './classifier/judge-text.ts'
export { learnedDifficulty, learnedFrontierFrom } from './classifier/learned-difficulty.ts'
export { cardKey, readClassifier } from './classifier/read-model.ts'
export { type Heads, runHeads } from './classifier/run-heads.ts'
export { shapeNames, shapeSize } from './classifier/shape.ts'
export type { ClassifierNames, ClassifierThresholds, ClassifierWeights } from './classifier/weights.ts'
export { equalBytes, hmacSha256 } from './digest/hmac-sha256.ts'
export { sha256 } from './digest/sha256.ts'
export { nearName, unknownName } from './fault/near-name.ts'
export {
  isNearsideError,
  NearsideError,
  type NearsideErrorCode,
  type NearsideErrorOptions,
} from './fault/nearside-error.ts'
export {
  type Breaker,
  type BreakerLimits,
  closedBreaker,
  defaultBreakerLimits,
  restLeftMs,
} from './health/breaker.ts'
export { expectedWaits } from './health/expected-wait.ts'
export {
  afterOutcome,
  firstTokenP95Ms,
  type Health,
  isLasting,
  type Outcome,
  standing,
  unknownHealth,
  unknownNodeHealth,
} from './health/health.ts'
export type { NodeView, ProbeReport, TurnedAway } from './health/node-view.ts'
export { nextProbeAt, type ProbeLimits, probeLimits, probesDue } from './health/probes.ts'
export { type Standpoint, viewOf } from './health/view-of.ts'
export { type AttackAction, type AttackKind, attackActions, attackKinds } from './inspection/attack-rules.ts'
export { type Inspection, inspect, type Senses, type Voices } from './inspection/inspect.ts'
export { type AttackJudge, judgeAttack, type Suspicion } from './inspection/judge-attack.ts'
export {
  defaultPrivacyRules,
  type PrivacyRules,
  type PrivacySettings,
  resolvePrivacyRules,
} from './inspection/privacy-rules.ts'
export { type Certainty, type PackCard, type PackSlot, packCardKey, packFormat } from './intent-pack/card.ts'
export { columnLogits, weighedRows } from './intent-pack/column-logits.ts'
export { judgeFollowUp } from './intent-pack/judge-follow-up.ts'
export { judgeQuestion, type PackAnswer } from './intent-pack/judge-question.ts'
export { longestQuestion, type Pieces, piecesOf, pieceVersion } from './intent-pack/pieces.ts'
export { type IntentPack, readIntentPack } from './intent-pack/read-pack.ts'
export { likenessOf, logOddsOf } from './intent-pack/signs.ts'
export { statedForm } from './intent-pack/stated-form.ts'
export { type StatedWordings, statedIntent, wordingHashes } from './intent-pack/stated-wordings.ts'
export type { Misfit, PatternMatcher } from './json-schema/misfit-of.ts'
export { misfitOf } from './json-schema/misfit-of.ts'
export { readSchema } from './json-schema/read-schema.ts'
export type { NodeIndex, Schema, SchemaNode, SchemaProperty, TextForm } from './json-schema/schema.ts'
export { nodeOf } from './json-schema/schema.ts'
export { formPatterns } from './json-schema/text-forms.ts'
export { isKeyId, keyIdFrom, looksManaged, readKey, writeKey } from './key/api-key.ts'
export { type KeyRecord, readKeyRecord, whyRefused, writeKeyRecord } from './key/key-record.ts'
export { lazily } from './lazily/lazily.ts'
export { type AnswerQuestion, askAnswer, type Passage } from './map-reduce/ask-answer.ts'
export { askPlan, type PlanQuestion } from './map-reduce/ask-plan.ts'
export { askWorker, type PieceFinding, readFinding, type WorkerQuestion } from './map-reduce/ask-worker.ts'
export { type Chunk, type ChunkTerms, chunkText } from './map-reduce/chunk-text.ts'
export { type CitationCleaner, cleanCitations } from './map-reduce/citations.ts'
export { type Errand, errandName, errandsOf, type Job } from './map-reduce/job.ts'
export { type OutlineDetail, outlineOf } from './map-reduce/outline.ts'
export { beginsJobs, type ReadJobs, readJobs } from './map-reduce/read-jobs.ts'
export type { MapReduceReport } from './map-reduce/report.ts'
export type { LoadedModel, ModelLimits } from './onnx/load-model.ts'
export { defaultModelLimits, loadModel } from './onnx/load-model.ts'
export { onnxOperators } from './onnx/operators/registry.ts'
export type { Elements, ElementType, Tensor } from './onnx/tensor.ts'
export {
  type AttributeDraft,
  type ModelDraft,
  type NodeDraft,
  type ValueDraft,
  writeModel,
} from './onnx/write-model.ts'
export { detect } from './personal-data/detect.ts'
export {
  type Detector,
  type Finding,
  type FindingBasis,
  findingBases,
  type PersonalKind,
  personalKinds,
} from './personal-data/finding.ts'
export { defaultLevelRules, type LevelRules, levelOf } from './personal-data/level-of.ts'
export { byExpectedWait, mostKnocks } from './plan/balanced.ts'
export { type CascadePolicy, defaultCascade } from './plan/cascade.ts'
export { type ConsistencyPolicy, defaultConsistency } from './plan/consistency.ts'
export { decide } from './plan/decide.ts'
export { degradationOf } from './plan/degradation.ts'
export {
  chooseByDomain,
  clusterOf,
  type DomainCandidate,
  type DomainChoice,
  type DomainObjectives,
  type DomainRequest,
} from './plan/domain.ts'
export {
  type DomainCluster,
  type DomainPlan,
  type DomainTable,
  type DomainTerms,
  domainPlans,
  readDomainTable,
} from './plan/domain-table.ts'
export { defaultMapReduce, type MapReducePolicy } from './plan/in-pieces.ts'
export {
  type Plan,
  type PlanCheck,
  type Step,
  type Strategy,
  type SupervisedStrategy,
  strategies,
  supervisedStrategies,
} from './plan/plan.ts'
export {
  defaultPolicy,
  type FallBack,
  type GivenPolicy,
  type Policy,
  resolvePolicy,
  type TaskPolicy,
} from './plan/policy.ts'
export { policyHash } from './plan/policy-hash.ts'
export { readPolicyFile } from './plan/read-policy-file.ts'
export {
  type Degradation,
  degradations,
  type Reason,
  type Refusal,
  reasons,
  refusals,
} from './plan/reason.ts'
export {
  type SessionAfter,
  type SessionAnswer,
  type SessionState,
  sessionAfter,
  sessionStates,
} from './plan/session-state.ts'
export type { Traffic } from './plan/stand-ins.ts'
export type { Maker, Pin, Stay } from './plan/stay.ts'
export { isSupervised } from './plan/supervised.ts'
export { defaultSupervisionPolicy, type SupervisionPolicy } from './plan/supervision-policy.ts'
export { type Standing, type Target, type TargetView, type TierName, tierNames } from './plan/target.ts'
export { type Ask, isOpenTo, type MayUse, type Wishes } from './plan/wishes.ts'
export { type BudgetHint, type CapsLeft, leastOutputTokens } from './plan/within-means.ts'
export { type Catalogue, type CatalogueEntry, catalogue } from './price/catalogue.ts'
export { type CallSize, costOf, outputWithin, upperBound } from './price/cost.ts'
export { type NanoUsd, nanoPerUsd } from './price/nano-usd.ts'
export type { Price, Rates } from './price/price.ts'
export { contextTokensOf, priceOf } from './price/price-of.ts'
export { readPriceList } from './price/read-price-list.ts'
export { formatUsd, parseUsd } from './price/usd-text.ts'
export {
  isZone,
  mayGo,
  type Privacy,
  type PrivacyLevel,
  privacyLevels,
  strictest,
  type Zone,
} from './privacy/zone.ts'
export { type Drift, driftOf } from './quality/drift.ts'
export {
  type KeepTerms,
  type KeptKind,
  type KindChange,
  type KindNow,
  keptKind,
  kindNow,
  newKind,
  withChange,
  withVerdict,
} from './quality/kept-kind.ts'
export { type KindStep, kindStep } from './quality/kind-step.ts'
export { mayJudge } from './quality/may-judge.ts'
export { type Comparison, type Criterion, comparison, criteria, type Turn } from './quality/rubric.ts'
export { isSampled } from './quality/sampled.ts'
export {
  countsOf,
  noVerdicts,
  type QualityStanding,
  qualityStanding,
  sumOfCounts,
  type VerdictCounts,
  wilson,
} from './quality/tally.ts'
export { type ThresholdMove, type ThresholdTerms, thresholdMove, withOffset } from './quality/threshold.ts'
export { type Grades, type QualityVerdict, readSaying, type Saying, verdictOf } from './quality/verdict.ts'
export { readRecord } from './record/read-record.ts'
export { type RequestRecord, recordVersion, type StepRecord, type StepTaken } from './record/record.ts'
export { type Redacted, redact } from './redaction/redact.ts'
export type { RedactionKey } from './redaction/redaction-key.ts'
export { type AnswerRestorer, answerRestorer } from './redaction/restore-answer.ts'
export { type Restorer, type RestorerOptions, restorer, restoreText } from './redaction/restorer.ts'
export { type DifficultyOf, heuristicDifficulty, type JudgedRequest } from './signals/difficulty.ts'
export { type FoundDocument, findDocument } from './signals/find-document.ts'
export { furtherImageTokens } from './signals/image-tokens.ts'
export { observe } from './signals/observe.ts'
export { observeEmbedding } from './signals/observe-embedding.ts'
export { attachedTokens, promptTokens, textTokens } from './signals/prompt-tokens.ts'
export { routingScore, type ScoredSignals } from './signals/routing-score.ts'
export type { Signals, TurnKind } from './signals/signals.ts'
export { type TaskKind, taskKinds } from './signals/task-kinds.ts'
export { encodeCosts } from './signals/token-costs.ts'
export { countPieces, type Piece, piece, pieceKinds, scriptBytes } from './signals/token-pieces.ts'
export { questionOf, type SupervisorQuestion } from './supervision/ask.ts'
export {
  isSessionToken,
  mintCallId,
  nextCallNumber,
  sessionsIn,
  sessionTokenLength,
  withCallIds,
} from './supervision/call-ids.ts'
export { type ExecutorBounds, executorRequest } from './supervision/executor-request.ts'
export { hear, missed } from './supervision/hear.ts'
export {
  beginTurn,
  type Counters,
  isClaimed,
  openState,
  readState,
  type SupervisionState,
  writeState,
} from './supervision/state.ts'
export { troubleIn } from './supervision/watch.ts'
export {
  type Cause,
  causeAfter,
  causeBefore,
  defaultSupervision,
  type SupervisionTerms,
  spent,
} from './supervision/when.ts'
export { readWord, type SupervisorWord } from './supervision/word.ts'
export { nameDetector, nameScore } from './text-heads/name-detector.ts'
export { scanTokens, type Tokens } from './text-heads/scan-tokens.ts'
export {
  addWord,
  classColumns,
  commonness,
  type LinearHead,
  readTextHeads,
  type TextHeads,
  tagColumns,
  type WordSets,
  wordSetBytes,
} from './text-heads/text-heads.ts'
export { tokenFeatureCount, tokenFeatures } from './text-heads/token-features.ts'
export {
  judgeUnsafe,
  type UnsafeJudgement,
  type UnsafeKind,
  unsafeKinds,
  windowFeatures,
  windowTokens,
} from './text-heads/unsafe.ts'
export {
  embeddingBody,
  embeddingLimits,
  readEmbeddingAnswer,
  readEmbeddingRequest,
} from './wire/embeddings.ts'
export { type ErrorAnswer, errorAnswer, faultOf } from './wire/error.ts'
export { type Finish, openFinish } from './wire/finish.ts'
export { type AnswerFold, answerFold, unfoldAnswer } from './wire/fold.ts'
export {
  hopHeader,
  nodeHeaders,
  nodeRequestHeaders,
  requestHeaders,
  responseHeaders,
} from './wire/header-names.ts'
export { ignoredFields, withoutIgnored } from './wire/ignored-fields.ts'
export { type NodeLoad, readLoad, writeLoad } from './wire/load.ts'
export { type NodePage, readNodePage } from './wire/node-page.ts'
export { readAnswer, readChunk, readUsage } from './wire/read-answer.ts'
export { readChatRequest, requestLimits } from './wire/read-chat-request.ts'
export { type NodeReport, readNodeReport } from './wire/read-node-report.ts'
export { readUpstreamError, type UpstreamErrorHeaders } from './wire/read-upstream-error.ts'
export {
  chatRequestOf,
  inResponsesWords,
  type ResponsesRequest,
  readResponsesRequest,
} from './wire/responses/read-request.ts'
export {
  type ResponseTerms,
  type ResponseWriter,
  responseWriter,
} from './wire/responses/response-writer.ts'
export {
  isSseDone,
  lastSseBoundary,
  type SseMessage,
  type SseReader,
  type SseReaderOptions,
  sseDone,
  sseReader,
  writeSse,
  writeSseError,
} from './wire/sse.ts'
export { defaultJsonLimits, type JsonLimits, parseStrictJson } from './wire/strict-json.ts'
export { type BodyChange, type LimitField, upstreamBody } from './wire/upstream-body.ts'
export {
  type ChunkWriter,
  chunkWriter,
  type Envelope,
  usageJson,
  withNearside,
  writeAnswer,
  writeChunk,
} from './wire/write-answer.ts'
