/**
 * Whether a text may be judged in a place of this zone. Judging serves the operator and not the caller, so it has less
 * right to a text than an answer has: what is sensitive leaves where it must, and for this it never must.
 */
import { mayGo, type Privacy, type Zone } from '../privacy/zone.ts'

export function mayJudge(privacy: Privacy, zone: Zone): boolean {
  if (privacy.level === 'sensitive' && zone.startsWith('provider:')) return false
  return mayGo(privacy, zone)
}
