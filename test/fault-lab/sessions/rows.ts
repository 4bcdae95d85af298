/** The table of supervised sessions: every fault, with both designs, every privacy and manner of answering. */
import { alike, section } from '../lines.ts'
import { type SessionFault, sessionFaults } from './faults.ts'
import { type ExpectedSession, expectedSession, type Told } from './rules.ts'

export const designs = ['execute-verify-advise', 'plan-execute-verify-replan'] as const
export const sessionPrivacies = [
  'public',
  'sensitive',
  'contractual',
  'never-leave',
  'never-leave, supervisor on premises',
] as const

export type Design = (typeof designs)[number]
export type SessionPrivacy = (typeof sessionPrivacies)[number]

export type SessionCase = {
  readonly fault: string
  readonly does: SessionFault
  readonly design: Design
  readonly privacy: SessionPrivacy
  readonly stream: boolean
}

export type SessionRow = SessionCase & { readonly number: number; readonly expected: ExpectedSession }

export const sessionRows: readonly SessionRow[] = designs
  .flatMap((design) =>
    Object.entries(sessionFaults)
      .filter(([, does]) => !does.plans || design === 'plan-execute-verify-replan')
      .flatMap(([fault, does]) =>
        sessionPrivacies.flatMap((privacy) =>
          [false, true].map((stream) => ({ fault, does, design, privacy, stream })),
        ),
      ),
  )
  .map((each, number) => ({ ...each, number, expected: expectedSession(each) }))

/** A section for each design; in it a line for each fault and for all privacies and manners that come to the same under it. */
export function printedSessions(): string {
  return designs
    .map((design) => {
      const own = sessionRows.filter((row) => row.design === design)
      return section(
        `Sessions: \`${design}\``,
        [...columns],
        [
          ...alike(own, ({ expected: { asks, asked, closings } }) => [
            asks.map(({ turn, told }) => `${turn}: ${toldText(turn, told)}`).join('<br>'),
            `${asked.executor} / ${asked.words} / ${asked.turns}`,
            closings.join(', ') || '-',
          ]),
        ],
      )
    })
    .join('\n')
}

const columns = [
  'fault',
  'privacy and answer',
  'what the caller is told, turn by turn',
  'asked: executor / supervisor’s words / its turns',
  'holds',
] as const

/** That a turn is counted as what it is, and the session goes on with it, is not said at each. */
function toldText(
  turn: number,
  { status, code, retryAfterSeconds, tier, degraded, supervision, replayed }: Told,
): string {
  if (status === null) return 'left'
  if (tier === null)
    return `${status} ${code}${retryAfterSeconds === null ? '' : `, again in ${retryAfterSeconds} s`}`
  const usual = `; turn=${turn}; session=${turn === 1 ? 'new' : 'continued'}`
  const parts = [
    tier,
    supervision?.replace(usual, ''),
    ...(degraded === null ? [] : [`degraded: ${degraded}`]),
  ]
  return `${parts.join(', ')}${replayed ? ', replayed' : ''}`
}
