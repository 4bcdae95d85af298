/**
 * The part of the memory that is taken: of the container's limit where there is one, else of the machine. It
 * counts the engine's process and everybody else's, because it is what is left that decides what still fits.
 */
import { totalmem } from 'node:os'

export function memoryUsed(): number {
  const limit = process.constrainedMemory()
  // Without a limit the kernel names a number beyond any machine.
  const allowed = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return Math.min(1, Math.max(0, 1 - process.availableMemory() / allowed))
}
