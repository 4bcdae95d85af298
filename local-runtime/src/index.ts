/** What @nearside/local-runtime promises: a server to embed, the port through which it runs a model, and the models. */
export {
  type Catalogue,
  type CatalogueModel,
  type CatalogueVariant,
  loadCatalogue,
  readCatalogue,
} from './catalogue/catalogue.ts'
export { type Output, processOutput } from './commands/output.ts'
export { type ProgressView, progressView } from './commands/progress.ts'
export { type Bandwidth, measureBandwidth } from './doctor/bandwidth.ts'
export type { Meter } from './energy/rapl.ts'
export { type AutoOptions, autoEngine } from './engine/auto.ts'
export {
  type Embedding,
  type Engine,
  type EngineCapabilities,
  type EngineEvent,
  type EngineMessage,
  type EngineModel,
  type EngineStanding,
  type EngineUsage,
  type Generation,
  type OutputConstraint,
  type Overflow,
  plainGeneration,
} from './engine/engine.ts'
export { type LlamaOptions, llamaEngine } from './engine/llama/llama-engine.ts'
export type { LlamaDevice } from './engine/llama/settings.ts'
export { type OpenAiOptions, openAiEngine } from './engine/openai-compatible/openai-engine.ts'
export { type ScriptedOptions, scriptedEngine } from './engine/scripted.ts'
export { type TransformersOptions, transformersEngine } from './engine/transformers/transformers-engine.ts'
export { type HubAddress, hubAddress } from './hub/address.ts'
export type { MemoryNow } from './machine/memory-now.ts'
export {
  decodeSpeed,
  keyValueBytesPerToken,
  type LoadWay,
  type MemoryPlan,
  type ModelShape,
  neededBytes,
  planMemory,
  sessionsThatFit,
} from './memory/plan.ts'
export { defaultSettings, type RuntimeOptions, type Settings } from './options.ts'
export { type ServedRuntime, serveRuntime } from './serve.ts'
export { type Fetched, type FetchOptions, fetchModel } from './store/fetch-model.ts'
export { findModel, type InstalledModel, listModels } from './store/installed.ts'
export { modelsFolder } from './store/places.ts'
export type { PullProgress } from './store/pull.ts'
export { removeModel } from './store/remove.ts'
export { type Verified, verifyModel } from './store/verify.ts'
export type { RuntimeNotice } from './telemetry/notice.ts'
export type { RequestRecord } from './telemetry/record.ts'
