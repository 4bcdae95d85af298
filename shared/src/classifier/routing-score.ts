/**
 * The number by which requests are ranked for the larger model: what the decision compares with its threshold, and what
 * an evaluation scores. A request of unknown difficulty ranks with the hardest.
 */
import type { Signals } from '../signals/signals.ts'

export function routingScore({ difficulty }: Pick<Signals, 'difficulty'>): number {
  return difficulty ?? 1
}
