/**
 * Reads the jobs that a supervisor writes, and takes none of it on trust: what is no JSON of this shape is no plan, a job
 * of another shape is left out, and no number of the supervisor's choosing makes anything larger than the operator allows.
 */
import type { JsonValue } from '../chat/json.ts'
import type { Job } from './job.ts'

export type ReadJobs = {
  readonly jobs: readonly Job[]
  /** Entries that could not be read, or were too many. */
  readonly dropped: number
}

const mostChars = 64 * 1024
const mostQuestionChars = 1_200

/** Null where it is no plan at all. */
export function readJobs(
  said: string,
  { chunks, mostJobs }: { readonly chunks: number; readonly mostJobs: number },
): ReadJobs | null {
  const plan = parsed(said)
  if (!isObject(plan) || !Array.isArray(plan.jobs)) return null
  const given: readonly JsonValue[] = plan.jobs
  const jobs = given.slice(0, mostJobs).flatMap((entry) => jobOf(entry, chunks) ?? [])
  return jobs.length === 0 ? null : { jobs, dropped: given.length - jobs.length }
}

/** Whether a text that has just begun is to be jobs, and no answer; null while its beginning says neither. */
export function beginsJobs(said: string): boolean | null {
  const text = said.trimStart().replace(/^`{1,3}[a-z]{0,8}/u, '')
  const squeezed = text.slice(0, 256).replace(/\s+/gu, '')
  if (jobsOpening.startsWith(squeezed)) return said.length > 200 ? false : null
  return squeezed.startsWith(jobsOpening)
}

const jobsOpening = '{"jobs"'

function parsed(said: string): JsonValue {
  if (said.length > mostChars) return null
  const text = said.trim()
  const inner = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(text)?.[1] ?? text
  try {
    return JSON.parse(inner) as JsonValue
  } catch {
    return null
  }
}

function jobOf(entry: JsonValue, chunks: number): Job | null {
  if (!isObject(entry) || typeof entry.question !== 'string') return null
  const question = entry.question.trim()
  if (question === '' || question.length > mostQuestionChars) return null
  const from = chunkOf(entry.from ?? 1)
  const to = chunkOf(entry.to ?? entry.from ?? chunks)
  if (from === null || to === null || from < 1 || to < from || from > chunks) return null
  return { question, from, to: Math.min(to, chunks) }
}

/** `3` or `"c3"`. */
function chunkOf(value: JsonValue): number | null {
  const number =
    typeof value === 'string' && /^c?\d{1,9}$/.test(value) ? Number(value.replace('c', '')) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
