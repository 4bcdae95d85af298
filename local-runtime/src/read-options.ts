/**
 * Reads settings from wherever they come: an object, a file, the environment, the command line. One schema says
 * what each may be; a key that is not in it is refused, because a setting that is not known would otherwise do
 * nothing in silence.
 */
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'
import { chooseMeter } from './energy/choose-meter.ts'
import { devices } from './engine/devices.ts'
import { memoryNow, readText } from './machine/memory-now.ts'
import { defaultSettings, type ResolvedOptions, type RuntimeOptions, type Settings } from './options.ts'

const day = 86_400_000

function whole(low: number, high: number): v.GenericSchema<unknown, number> {
  const wanted = `a whole number from ${low} to ${high}`
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(low, wanted), v.maxValue(high, wanted))
}

const text = v.pipe(v.string('a text that is not empty'), v.nonEmpty('a text that is not empty'))
const keyWanted = 'a key of printable characters without spaces'
const secretWanted = 'at least 16 characters, printable and without spaces'

const entries = {
  model: text,
  host: text,
  port: whole(0, 65_535),
  secret: v.nullable(v.pipe(v.string(secretWanted), v.regex(/^[\x21-\x7e]{16,512}$/, secretWanted))),
  upstreamSecret: v.nullable(v.pipe(v.string(keyWanted), v.regex(/^[\x21-\x7e]{1,512}$/, keyWanted))),
  slots: whole(1, 64),
  maxWaiting: whole(0, 10_000),
  maxWaitMs: whole(1, day),
  contextTokens: whole(16, 1_048_576),
  calibration: v.nullable(text),
  confidence: v.picklist(['rough', 'close'], 'rough or close'),
  device: v.picklist(devices, `one of ${devices.join(', ')}`),
  threads: whole(0, 256),
  embeddings: v.picklist(['on', 'off'], 'on or off'),
  parkKeyValues: v.picklist(['on', 'off'], 'on or off'),
  parkTmpfs: text,
  parkFolder: v.nullable(text),
  parkBytes: whole(1, 2 ** 50),
  maxAnswers: whole(1, 128),
  bodyLimitBytes: whole(1_024, 1_073_741_824),
  bodyTimeoutMs: whole(1, day),
  readerTimeoutMs: whole(1, day),
  drainMs: whole(0, day),
  keepAliveMs: whole(0, day),
  memoryLimitBytes: whole(0, 2 ** 50),
  recalibrateEveryMs: whole(0, day),
  wattsPerCore: whole(1, 1_000),
} satisfies { [Key in keyof Settings]: v.GenericSchema<unknown, Settings[Key]> }

export const settingNames: readonly (keyof Settings)[] = Object.keys(entries) as (keyof Settings)[]

/** `source` begins each complaint: where the setting came from. */
export function readSettings(given: unknown, source: string): Partial<Settings> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new NearsideError('bad-options', `${source}: expected an object of settings.`)
  }
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (!isSettingName(name)) throw unknownSetting(source, name)
    const result = v.safeParse(entries[name] as v.GenericSchema, value)
    if (!result.success) throw wrong(`${source}: ${name}`, name, result.issues[0].message)
    settings[name] = result.output
  }
  return settings as Partial<Settings>
}

/** A setting that came as text: numbers are read as numbers. */
export function readTextSetting(name: keyof Settings, value: string, source: string): Partial<Settings> {
  const isNumber = typeof defaultSettings[name] === 'number'
  const result = v.safeParse(
    entries[name] as v.GenericSchema,
    isNumber && /^\d{1,15}$/.test(value) ? Number(value) : value,
  )
  if (!result.success) throw wrong(source, name, result.issues[0].message)
  return { [name]: result.output }
}

export function resolveOptions(given: RuntimeOptions): ResolvedOptions {
  const { engine = null, memory, memoryEveryMs = 1_000, meter, onNotice, onRecord, ...settings } = given
  const resolved = { ...defaultSettings, ...readSettings(settings, 'options') }
  if (resolved.secret === null && !isLoopback(resolved.host)) {
    throw new NearsideError(
      'bad-options',
      `host ${resolved.host} can be reached from other machines, so a secret is required; set one (NEARSIDE_RUNTIME_SECRET), or listen on 127.0.0.1.`,
      { param: 'secret' },
    )
  }
  return {
    ...resolved,
    engine,
    memory: memory ?? (() => memoryNow(readText)),
    memoryEveryMs,
    meter: meter === undefined ? chooseMeter(resolved.wattsPerCore) : meter,
    onNotice: onNotice ?? (() => {}),
    onRecord: onRecord ?? (() => {}),
  }
}

/** Addresses that no other machine reaches. Names other than `localhost` may be resolved to anything. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

export function isSettingName(name: string): name is keyof Settings {
  return Object.hasOwn(entries, name)
}

function unknownSetting(source: string, name: string): NearsideError {
  const known = settingNames.join(', ')
  return new NearsideError('bad-options', `${source}: there is no setting ${name}; there are ${known}.`, {
    param: name,
  })
}

function wrong(path: string, param: string, wanted: string): NearsideError {
  return new NearsideError('bad-options', `${path} must be ${wanted}.`, { param })
}
