/**
 * Hands to the host what failed inside the gateway, or inside the host's own functions: callers and records hear only
 * that something did, since the text of a stranger's error may quote anything. Each fault is told once.
 */
import type { NearsideError } from '@nearside/core'
import type { Options } from '../options/resolve-options.ts'

export function openFaults({ onFault }: Options): (fault: NearsideError, id: string) => void {
  const told = new WeakSet<NearsideError>()
  return (fault, id) => {
    if (onFault === null || fault.code !== 'internal' || told.has(fault)) return
    told.add(fault)
    try {
      onFault(fault.cause ?? fault, id)
    } catch {
      // Whoever listens to faults and fails has nobody left to tell.
    }
  }
}
