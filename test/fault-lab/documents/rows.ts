/** The table of long documents: every fault, with every privacy and manner of answering. */
import { alike, section } from '../lines.ts'
import { type SessionPrivacy, sessionPrivacies } from '../sessions/rows.ts'
import { type DocumentFault, documentFaults } from './faults.ts'
import { type DocumentTold, type ExpectedDocument, expectedDocument } from './rules.ts'

export type DocumentCase = {
  readonly fault: string
  readonly does: DocumentFault
  readonly privacy: SessionPrivacy
  readonly stream: boolean
}

export type DocumentRow = DocumentCase & { readonly number: number; readonly expected: ExpectedDocument }

export const documentRows: readonly DocumentRow[] = Object.entries(documentFaults)
  .flatMap(([fault, does]) =>
    sessionPrivacies.flatMap((privacy) => [false, true].map((stream) => ({ fault, does, privacy, stream }))),
  )
  .map((each, number) => ({ ...each, number, expected: expectedDocument(each) }))

export function printedDocuments(): string {
  const lines = alike(documentRows, ({ expected: { told, asked, closings } }) => [
    toldText(told),
    `${asked.plans} / ${asked.answers} / ${asked.wholes}`,
    `${asked.pieces} / ${asked.sums}`,
    closings.join(', ') || '-',
  ])
  return section('Long documents: `map-reduce`', [...columns], lines)
}

const columns = [
  'fault',
  'privacy and answer',
  'what the caller is told',
  'frontier asked: plan / answer / whole',
  'sound nodes asked: pieces / sum',
  'holds',
] as const

function toldText(told: DocumentTold): string {
  const { status, code, retryAfterSeconds, tier, strategy, degraded, pieces, ending } = told
  if (status === null) return 'left'
  if (tier === null)
    return `${status} ${code}${retryAfterSeconds === null ? '' : `, again in ${retryAfterSeconds} s`}`
  const parts = [
    `${status} ${tier}`,
    strategy,
    ...(pieces === null ? [] : [pieces]),
    ...(degraded === null ? [] : [`degraded: ${degraded}`]),
    ...(ending === 'complete' ? [] : [ending]),
  ]
  return parts.join(', ')
}
