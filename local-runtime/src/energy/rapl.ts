/**
 * The processor's own energy meters (RAPL), as Linux shows them in /sys/class/powercap: one for each package, and one for its
 * memory beside it. Each counts microjoules up to a range of its own and begins again at zero.
 *
 * Cores and graphics inside a package are part of its count and are left out. Most systems let only root read the meters, since
 * they once told secrets of other processes; then there is nothing to read.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Meter = {
  /** Joules since some moment in the past. */
  joules(): number
  /** Whether they are reckoned from something else than a meter. */
  readonly estimated: boolean
  readonly standsOn: string
  /** Ends what it keeps running. */
  close?(): void
}

type Domain = { readonly file: string; readonly rangeMicrojoules: number; before: number }

const powercapFolder = '/sys/class/powercap'

/** Null where there is no meter, or none may be read. */
export function raplMeter(folder: string = powercapFolder): Meter | null {
  const domains = domainsIn(folder)
  if (domains.length === 0) return null
  let microjoules = 0

  return {
    estimated: false,
    standsOn: `RAPL, ${domains.length} domains`,
    joules() {
      for (const domain of domains) {
        const now = readNumber(domain.file)
        if (now === null) continue
        const counted = now - domain.before
        microjoules += counted >= 0 ? counted : counted + domain.rangeMicrojoules
        domain.before = now
      }
      return microjoules / 1e6
    },
  }
}

function domainsIn(folder: string): readonly Domain[] {
  let names: string[] = []
  try {
    names = readdirSync(folder).filter((name) => /^intel-rapl:\d+(?::\d+)?$/.test(name))
  } catch {
    return []
  }
  const domains: Domain[] = []
  for (const name of names) {
    const kind = readText(join(folder, name, 'name')) ?? ''
    if (!/^package-\d+$/.test(kind) && kind !== 'dram') continue
    const file = join(folder, name, 'energy_uj')
    const before = readNumber(file)
    const rangeMicrojoules = readNumber(join(folder, name, 'max_energy_range_uj'))
    if (before !== null && rangeMicrojoules !== null) domains.push({ file, rangeMicrojoules, before })
  }
  return domains
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

function readNumber(file: string): number | null {
  const text = readText(file)
  return text !== null && /^\d{1,20}$/.test(text) ? Number(text) : null
}
