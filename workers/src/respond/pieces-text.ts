/** What is said of a long document that was read in pieces: numbers, and where the pieces stand that the answer names. */
import type { JsonObject, MapReduceReport } from '@nearside/core'

export function piecesText({ chunks, asked, found, abstained, unanswered, left }: MapReduceReport): string {
  return `pieces=${chunks};asked=${asked};found=${found};none=${abstained};unanswered=${unanswered};left=${left}`
}

export function piecesMember(report: MapReduceReport): JsonObject {
  return {
    planned_by: report.plannedBy,
    pieces: report.chunks,
    asked: report.asked,
    found: report.found,
    none: report.abstained,
    unanswered: report.unanswered,
    left: report.left,
    rounds: report.rounds,
    cited: report.cited.map(({ id, start, end }) => ({ id, start, end })),
    citations_removed: report.citationsRemoved,
  }
}
