/** What @nearside/local-runtime promises: a server to embed, and the port through which it runs a model. */
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
export { defaultSettings, type RuntimeOptions, type Settings } from './options.ts'
export { type ServedRuntime, serveRuntime } from './serve.ts'
export type { RequestRecord } from './telemetry/record.ts'
