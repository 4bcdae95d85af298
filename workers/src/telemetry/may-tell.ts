/**
 * Whether a place may be told of a request. It hears nothing of the text; still, what may not leave leaves no trace of itself
 * elsewhere. Of a request that was refused before its privacy was known, only what is near is told.
 */
import { mayGo, type Zone } from '@nearside/core'
import type { RequestRecord } from '../record/record.ts'

export function mayTell({ wishes }: RequestRecord, zone: Zone): boolean {
  return mayGo(wishes?.privacy ?? { level: 'never-leave', providers: [] }, zone)
}
