/**
 * Holds the metering to what the upstream counted: a gateway that is fast because it lost count is not fast.
 *
 * Records may trail the last answer by a moment, since settling is off the critical path; they may not be wrong.
 */
import { usage } from './answers.ts'
import { type Target, type TargetName, upstreamKey } from './targets.ts'

export type Metered = {
  readonly target: TargetName
  readonly answers: number
  readonly expected: { readonly promptTokens: number; readonly outputTokens: number }
  readonly recorded: {
    readonly promptTokens: number
    readonly outputTokens: number
    readonly nanoUsd: number
  }
  readonly agrees: boolean
}

type Records = {
  readonly answered: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly nanoUsd: number
}

const patienceMs = 5_000

export async function checkMetering(
  targets: readonly Target[],
  upstreamPort: number,
): Promise<readonly Metered[]> {
  const counted = await getJson<Readonly<Record<string, number>>>(upstreamPort, '/answers')
  const metered = targets.filter((target) => target.name.startsWith('nearside'))
  return Promise.all(
    metered.map((target) => check(target, counted[`Bearer ${upstreamKey(target.name)}`] ?? 0)),
  )
}

async function check(target: Target, answers: number): Promise<Metered> {
  const expected = {
    promptTokens: answers * usage.prompt_tokens,
    outputTokens: answers * usage.completion_tokens,
  }
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const records = await getJson<Records>(target.port, '/__records')
    const { promptTokens, outputTokens, nanoUsd } = records
    const agrees =
      answers > 0 &&
      records.answered === answers &&
      promptTokens === expected.promptTokens &&
      outputTokens === expected.outputTokens &&
      nanoUsd > 0
    if (agrees || performance.now() > deadlineMs) {
      return {
        target: target.name,
        answers,
        expected,
        recorded: { promptTokens, outputTokens, nanoUsd },
        agrees,
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function getJson<T>(port: number, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return (await response.json()) as T
}
