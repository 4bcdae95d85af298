/**
 * Everything that a host may decide about a runtime, with its defaults. Complete and checked once, in
 * `read-options.ts`, when the server is built.
 */
import { fileURLToPath } from 'node:url'
import type { Meter } from './energy/rapl.ts'
import type { Device } from './engine/devices.ts'
import type { ConfidenceGrain, Engine } from './engine/engine.ts'
import type { MemoryNow } from './machine/memory-now.ts'
import type { RuntimeNotice } from './telemetry/notice.ts'
import type { RequestRecord } from './telemetry/record.ts'

/** What may also come from a file, the environment or the command line. */
export type Settings = {
  /** A model's folder, a GGUF file, or another server's address. @default the demonstration model of the package */
  readonly model: string
  /** Address to listen on; any other than loopback wants a secret. @default '127.0.0.1' */
  readonly host: string
  /** Zero takes any free port. @default 8788 */
  readonly port: number
  /** What callers must send as `authorization: Bearer …`; null asks for nothing. @default null */
  readonly secret: string | null
  /** What another server, named as the model, wants as `authorization: Bearer …`. @default null */
  readonly upstreamSecret: string | null
  /** Requests that are answered at the same time. @default 1 */
  readonly slots: number
  /** Requests that may wait for a slot. @default 8 */
  readonly maxWaiting: number
  /** The longest that a request waits for a slot. @default 60000 */
  readonly maxWaitMs: number
  /** Longest conversation with its answer; the model's own limit holds too. @default 8192 */
  readonly contextTokens: number
  /** A file that `nearside-runtime calibrate` wrote for this version of the model. @default null */
  readonly calibration: string | null
  /**
   * How closely the confidence of an answer is looked at where nobody asked for `logprobs` and one costs time (llama.cpp): the
   * log-probability of every sixteenth token (`rough`) or of every sixth (`close`), which costs some 2 % of the speed. With a
   * calibration it is `close`. @default 'rough'
   */
  readonly confidence: ConfidenceGrain
  /**
   * What the model runs on: `auto`, `cpu`, `cuda`; with llama.cpp also `metal`, `vulkan`; with ONNX also `webgpu`, `dml`, `coreml`. What is not
   * there is passed over for the CPU, and told. @default 'auto'
   */
  readonly device: Device
  /** Threads of the engine; zero takes what quota, affinity and the model's size suggest. @default 0 */
  readonly threads: number
  /** `on` also serves `/v1/embeddings`, where the engine can: a GGUF model and room for a second context, or an ONNX encoder. @default 'off' */
  readonly embeddings: 'on' | 'off'
  /**
   * `on` parks keys and values of conversations that must give way on a disk, encrypted with a key that lives in memory only. With
   * llama.cpp on Linux only; the server does not start where there is no tmpfs for the moment before. @default 'off'
   */
  readonly parkKeyValues: 'on' | 'off'
  /** A folder in memory, for that moment. @default '/dev/shm' */
  readonly parkTmpfs: string
  /** Where what is parked lies. @default the system's folder for temporary files */
  readonly parkFolder: string | null
  /** The most that it may take there. @default 4294967296 */
  readonly parkBytes: number
  /** The most answers (`n`) to one request. @default 8 */
  readonly maxAnswers: number
  /** @default 8388608 */
  readonly bodyLimitBytes: number
  /** How long a body may take to arrive. @default 10000 */
  readonly bodyTimeoutMs: number
  /** After this long without reading, a streaming client is cut off. @default 30000 */
  readonly readerTimeoutMs: number
  /** How long running answers may take to finish once the server is told to stop. @default 30000 */
  readonly drainMs: number
  /** After this long without a request the model is unloaded until the next; zero keeps it in memory. @default 0 */
  readonly keepAliveMs: number
  /** The most memory for server and engine together; zero for what machine and container allow. @default 0 */
  readonly memoryLimitBytes: number
  /**
   * Threads are tried anew, while nobody is answered, where answers have less than half the speed measured at the load; not more
   * often than this. Zero: never. @default 600000
   */
  readonly recalibrateEveryMs: number
  /** What a busy core draws, to estimate joules where no meter can be read. @default 8 */
  readonly wattsPerCore: number
}

export type RuntimeOptions = Partial<Settings> & {
  /**
   * Runs the model in place of the engine that `model` would get. Only what a function opens anew each time can be unloaded and
   * exchanged while it serves.
   */
  readonly engine?: Engine | (() => Engine)
  /** What memory there is. @default what Linux tells of machine and control groups */
  readonly memory?: () => MemoryNow
  /** How often memory is looked at. @default 1000 */
  readonly memoryEveryMs?: number
  /** Counts energy; null for none. @default the processor's meters, else an estimate from processor time */
  readonly meter?: Meter | null
  /** Told of loads, unloads and steps against a shortage of memory. */
  readonly onNotice?: (notice: RuntimeNotice) => void
  /** Told once for each request, without any text of it. */
  readonly onRecord?: (record: RequestRecord) => void
}

export type ResolvedOptions = Settings & {
  readonly engine: Engine | (() => Engine) | null
  readonly memory: () => MemoryNow
  readonly memoryEveryMs: number
  readonly meter: Meter | null
  readonly onNotice: (notice: RuntimeNotice) => void
  readonly onRecord: (record: RequestRecord) => void
}

export const defaultSettings: Settings = {
  model: fileURLToPath(new URL('../demo-model/nearside-demo', import.meta.url)),
  host: '127.0.0.1',
  port: 8_788,
  secret: null,
  upstreamSecret: null,
  slots: 1,
  maxWaiting: 8,
  maxWaitMs: 60_000,
  contextTokens: 8_192,
  calibration: null,
  confidence: 'rough',
  device: 'auto',
  threads: 0,
  embeddings: 'off',
  parkKeyValues: 'off',
  parkTmpfs: '/dev/shm',
  parkFolder: null,
  parkBytes: 4 * 2 ** 30,
  maxAnswers: 8,
  bodyLimitBytes: 8 * 1024 * 1024,
  bodyTimeoutMs: 10_000,
  readerTimeoutMs: 30_000,
  drainMs: 30_000,
  keepAliveMs: 0,
  memoryLimitBytes: 0,
  recalibrateEveryMs: 600_000,
  wattsPerCore: 8,
}
