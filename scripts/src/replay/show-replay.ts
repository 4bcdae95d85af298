/** A replay as text for people. What is estimated is called so, with its share; what is unknown stands beside the sums. */
import { tableOf } from '../budget/show-table.ts'
import type { Place } from './plans.ts'
import type { Decisions, Move, PolicyReport, ReplayReport } from './replay.ts'
import type { TaskReport } from './replaying.ts'
import { type Totals, totalsOf } from './totals.ts'

export function replayText(report: ReplayReport): string {
  const { policies, between } = report
  return [
    readingText(report),
    decisionsText('As recorded', report.recorded),
    ...policies.map(policyText),
    ...(between === null ? [] : [movesText('From the first policy to the second', between)]),
    tasksText(report),
  ].join('\n')
}

function readingText({ records, decided, answeredAgain, undecided, bad, firstBad }: ReplayReport): string {
  const lines = [
    `${records} records: ${decided} were decided, ${answeredAgain} answered out of what was kept, ${undecided} refused before a decision.`,
  ]
  if (bad > 0) {
    lines.push(`${bad} ${bad === 1 ? 'line is no record and is' : 'lines are no records and are'} left out:`)
    for (const { line, why } of firstBad) lines.push(`  line ${line}: ${why}`)
  }
  return `${lines.join('\n')}\n`
}

function policyText(policy: PolicyReport): string {
  const { name, hash, own, mismatches, firstMismatches, moves } = policy
  const named = firstMismatches.map(({ line, id }) => `line ${line} (${id})`).join(', ')
  const same =
    own === 0
      ? 'It decided none of these records.'
      : mismatches === 0
        ? `It decided ${own} of these records; every plan came out the same.`
        : `It decided ${own} of these records; ${mismatches} came out otherwise, by another version of the gateway or as embeddings: ${named}.`
  return `${decisionsText(`By ${name}, policy ${hash}`, policy, same)}${movesText('Moved', moves)}`
}

function decisionsText(title: string, { routes, tasks }: Decisions, said = ''): string {
  const totals = totalsOf(tasks)
  const rows = routes.map(({ place, reason, strategy, requests }) => [
    place,
    reason,
    strategy,
    String(requests),
    shareText(requests, totals.requests),
  ])
  const table = tableOf(['where', 'why', 'strategy', 'requests', 'share'], rows, [3, 4])
  return `${title}\n${said === '' ? '' : `${said}\n`}\n${table}${costText(totals)}${energyText(totals)}`
}

function costText(totals: Totals): string {
  const { certain, estimatedLeast, estimatedMost, basis, requests, inexactCharges } = totals
  const lines = [`cost      ${rangeText(certain + estimatedLeast, certain + estimatedMost)}`]
  if (basis.estimated + basis.unknown > 0) {
    const open = shareText(Number(estimatedMost), Number(certain + estimatedMost))
    lines.push(`          ${usdText(certain)} of it is certain; the rest, up to ${open}, is not:`)
  }
  if (basis.estimated > 0)
    lines.push(
      `          estimated for ${basis.estimated} requests (${shareText(basis.estimated, requests)}), from what answers to the same kind of task took`,
    )
  if (basis.unknown > 0)
    lines.push(
      `          unknown for ${basis.unknown} requests (${shareText(basis.unknown, requests)}): no record tells how theirs would have ended`,
    )
  if (inexactCharges > 0)
    lines.push(`          ${inexactCharges} charges were recorded as estimated or uncertain`)
  return `${lines.join('\n')}\n`
}

function energyText({ joules, estimatedJoules, withoutJoules }: Totals): string {
  const estimated = estimatedJoules > 0 ? ` and ${joulesText(estimatedJoules)} estimated` : ''
  const unknown = withoutJoules > 0 ? `; unknown for ${withoutJoules} answers` : ''
  return `energy    ${joulesText(joules)} told by nodes${estimated}${unknown}\n`
}

function movesText(title: string, moves: readonly Move[]): string {
  if (moves.length === 0) return `${title}: nothing\n`
  const rows = moves.map(({ from, to, requests }) => [
    from,
    from === to ? `${to}, another target` : to,
    String(requests),
  ])
  return `${title}\n${tableOf(['from', 'to', 'requests'], rows, [2])}`
}

/** Each kind of task, as recorded and by each policy. */
function tasksText({ recorded, policies }: ReplayReport): string {
  const heads = [
    'task',
    'requests',
    'by',
    'moved',
    'edge',
    'local',
    'looked at',
    'frontier',
    'refused',
    'cost',
  ]
  const rows = recorded.tasks.flatMap((was) => [
    taskRow(was, 'recorded'),
    ...policies.flatMap(({ name, tasks }) => {
      const now = tasks.find(({ task }) => task === was.task)
      return now === undefined ? [] : [taskRow(now, name)]
    }),
  ])
  return `By kind of task\n${tableOf(heads, rows, [1, 3, 4, 5, 6, 7, 8, 9])}`
}

function taskRow(report: TaskReport, by: string): readonly string[] {
  const { task, requests, moved, places, certain, estimatedLeast, estimatedMost } = report
  const at = (...names: readonly Place[]): string =>
    String(names.reduce((sum, name) => sum + (places[name] ?? 0), 0))
  const looked = at('local, then frontier', 'local and frontier', 'supervised', 'in pieces')
  const cost = rangeText(certain + estimatedLeast, certain + estimatedMost)
  return [
    task,
    String(requests),
    by,
    String(moved),
    at('edge'),
    at('local'),
    looked,
    at('frontier'),
    at('refused'),
    cost,
  ]
}

function rangeText(least: bigint, most: bigint): string {
  return least === most ? usdText(least) : `${usdText(least)} to ${usdText(most)}`
}

/** Cut to a millionth of a dollar, for people; the JSON has every nano-dollar. */
export function usdText(nano: bigint): string {
  const micro = (nano + 500n) / 1_000n
  return `$${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`
}

function joulesText(joules: number): string {
  return joules >= 10_000 ? `${(joules / 3_600_000).toFixed(3)} kWh` : `${joules.toFixed(1)} J`
}

export function shareText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
