/** What exploring designs found, as lines for a terminal. */
import type { DesignsResult, EnvironmentResult } from './design-result.ts'
import { jouleText, shareText, tokenText, usdText } from './design-units.ts'

export function showDesigns(result: DesignsResult): string {
  return [
    ...result.assumptions,
    `Seed ${result.seed}, ${result.tasks} tasks in each environment.`,
    ...result.environments.flatMap((one) => ['', ...linesOf(one)]),
    '',
  ].join('\n')
}

function linesOf({ environment, pick, winner, arms, runs, exhaustiveRuns }: EnvironmentResult): string[] {
  const width = Math.max(...arms.map(({ measured }) => measured.design.length))
  return [
    `${environment}: ${pick.design}, the cheapest of ${winner.as_good.length} that cannot be told from the most successful, ${winner.most_successful}`,
    `  found in ${runs} of ${exhaustiveRuns} runs that trying everything would take`,
    ...arms.map(
      ({ measured, standing, droppedAfter }) =>
        `  ${measured.design.padEnd(width)}  ${String(measured.tasks).padStart(4)} runs  success ${shareText(measured)}  ${usdText(measured).padStart(9)}  ${jouleText(measured).padStart(7)}  ${tokenText(measured).padStart(7)} tokens  ${droppedAfter === null ? standing : `dropped after round ${droppedAfter}`}`,
    ),
  ]
}
