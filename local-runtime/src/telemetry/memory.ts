/** The part of the memory that this process may have which it has: of its container's limit or of the machine. */
import { totalmem } from 'node:os'

export function memoryUsed(): number {
  const constrained = process.constrainedMemory()
  // Without a limit the kernel names a number beyond any machine.
  const allowed = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(1, process.memoryUsage.rss() / allowed)
}
