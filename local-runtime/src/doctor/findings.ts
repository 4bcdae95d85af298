/** What of an examination wants somebody's attention, with what to do about it. */
import type { Examination } from './examine.ts'

export type Finding = { readonly level: 'note' | 'warning'; readonly text: string }

const GB = 1_000_000_000

export function findings({ machine, models, engines, devices, plans }: Examination): readonly Finding[] {
  const found: Finding[] = []
  const warn = (text: string): void => void found.push({ level: 'warning', text })
  const note = (text: string): void => void found.push({ level: 'note', text })
  const { cores, memory, swap, coreDumps, tmpfs } = machine

  if (engines.every(({ version }) => version === null)) {
    warn('No engine is installed: npm install @huggingface/transformers (ONNX) or node-llama-cpp (GGUF).')
  }
  if (cores.quota !== null && cores.quota < cores.allowed) {
    note(
      `The container may use ${cores.quota} of ${cores.allowed} cores; more threads than that would wait for each other.`,
    )
  }
  if (memory.availableBytes < GB)
    warn('Less than 1 GB of memory is free; only the smallest models will load.')
  if (models.freeBytes !== null && models.freeBytes < 4 * GB) {
    note('Less than 4 GB are free where models are kept; a 3B model in four bits takes about 2 GB.')
  }

  if (swap !== null && swap.totalBytes > 0 && swap.allowedHere) {
    warn(
      'Swap is on, so prompts in memory can be written to a disk in clear. Switch it off (swapoff -a; in a container ' +
        'memory.swap.max=0, in systemd MemorySwapMax=0), or encrypt it.',
    )
  }
  if (coreDumps?.pattern.startsWith('|') === true) {
    // The kernel ignores the limit where a program takes the dump, unless it is exactly 1.
    warn(
      `Core dumps go to a program (${coreDumps.pattern.split(' ')[0]?.slice(1)}), whatever ulimit -c says: a crash ` +
        'would write prompts to a disk. Switch it off for this service (systemd-coredump: Storage=none).',
    )
  } else if (coreDumps !== null && coreDumps.limit !== '0') {
    warn(
      'Core dumps are on, so a crash would write prompts to a disk. Switch them off: ulimit -c 0, LimitCORE=0.',
    )
  }
  if (
    devices.length > 0 &&
    engines.some(({ engine, version }) => engine === 'transformers' && version !== null)
  ) {
    note(
      `Which operators of an ONNX model would fall back to the CPU on ${devices.join(' or ')} cannot be known beforehand: onnxruntime ` +
        'places them when it makes the session, and tells nobody. What counts is the speed: compare bench with device cpu.',
    )
  }
  if (tmpfs === false) {
    note(
      '/dev/shm is no tmpfs: a server with parkKeyValues on will not start, unless parkTmpfs names a folder that is one.',
    )
  }

  for (const { id, plan } of plans) {
    if (plan !== null && !plan.fits) {
      warn(
        `${id} does not fit: it needs ${(plan.neededBytes / GB).toFixed(1)} GB at least. Free some, or take a smaller one.`,
      )
    }
  }
  return found
}
