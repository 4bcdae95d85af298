/** The table: every fault, with every strategy, privacy and manner of answering. */
import { type Fault, faults } from './faults.ts'
import { type Expected, expected } from './rules.ts'

export const strategies = ['direct, easy', 'direct, hard', 'cascade', 'consistency', 'domain'] as const
export const privacies = [
  'public',
  'sensitive',
  'contractual',
  'contractual, others named',
  'never-leave',
] as const

export type StrategyCase = (typeof strategies)[number]
export type PrivacyCase = (typeof privacies)[number]

export type Case = {
  readonly fault: string
  readonly does: Fault
  readonly strategy: StrategyCase
  readonly privacy: PrivacyCase
  readonly stream: boolean
}

export type Row = Case & { readonly number: number; readonly expected: Expected }

export const rows: readonly Row[] = Object.entries(faults)
  .flatMap(([fault, does]) =>
    strategies.flatMap((strategy) =>
      privacies.flatMap((privacy) =>
        [false, true].map((stream) => ({ fault, does, strategy, privacy, stream })),
      ),
    ),
  )
  .map((each, number) => ({ ...each, number, expected: expected(each) }))

/** The table as it is read by people: a line for each row. */
export function printed(): string {
  const lines = rows.map(({ fault, strategy, privacy, stream, expected }) => {
    const { status, tier, shown, reason, degraded, code, retryAfterSeconds, asked, closings, ending } =
      expected
    const told =
      tier === null
        ? `${status} ${code}${retryAfterSeconds === null ? '' : `, again in ${retryAfterSeconds} s`}`
        : `${status} ${tier}, ${shown}, ${reason}${degraded === null ? '' : `, degraded: ${degraded}`}${ending === 'complete' ? '' : `, ${ending}`}`
    const sent = `${asked.node} / ${asked.frontier}`
    const money = closings.length === 0 ? '-' : closings.join(', ')
    return `| ${fault} | ${strategy} | ${privacy} | ${stream ? 'stream' : 'whole'} | ${told} | ${sent} | ${money} |`
  })
  const head = [
    '| fault | strategy | privacy | answer | what the caller is told | asked: node / frontier | holds |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ]
  return `${[...head, ...lines].join('\n')}\n`
}
