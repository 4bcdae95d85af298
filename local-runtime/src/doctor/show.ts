/** An examination as text for a terminal. */
import { sizeText } from '../store/disk.ts'
import type { Examination } from './examine.ts'
import { findings } from './findings.ts'
import type { ModelPlan } from './plans.ts'

export function showExamination(examination: Examination): string {
  const { machine, models, bandwidth, engines, devices, plans } = examination
  const { cores, memory, swap, coreDumps } = machine
  const rows: readonly (readonly [string, string])[] = [
    ['system', `Node ${machine.node}, ${machine.platform}`],
    [
      'cores',
      `${cores.usable} usable (${cores.visible} seen, ${cores.allowed} allowed, quota ${cores.quota ?? 'none'})`,
    ],
    [
      'memory',
      `${sizeText(memory.availableBytes)} free of ${sizeText(memory.limitBytes ?? memory.totalBytes)}` +
        (memory.limitBytes === null ? '' : ', the limit of this container'),
    ],
    [
      'memory reads',
      bandwidth === null
        ? 'not measured: too little memory'
        : `${(bandwidth.bytesPerSecond / 1e9).toFixed(1)} GB/s on ${bandwidth.threads} threads; a model writes no faster than this lets it`,
    ],
    ['swap', swap === null ? 'unknown' : swap.totalBytes === 0 ? 'none' : sizeText(swap.totalBytes)],
    ['core dumps', coreDumps === null ? 'unknown' : dumpsText(coreDumps)],
    ['tmpfs', machine.tmpfs === null ? 'unknown' : machine.tmpfs ? '/dev/shm, for parkKeyValues' : 'none'],
    [
      'models',
      `${models.folder}, ${models.freeBytes === null ? 'room unknown' : `${sizeText(models.freeBytes)} free`}`,
    ],
    ...engines.map(
      ({ engine, package: name, version }) =>
        [engine, version === null ? `not installed (${name})` : `${name} ${version}`] as const,
    ),
    ['devices', ['cpu', ...devices].join(', ')],
  ]
  const lines = rows.map(([name, value]) => `  ${name.padEnd(14)}${value}`)
  const told = findings(examination).map(({ level, text }) => `  ${level === 'warning' ? '!' : '-'} ${text}`)
  return [
    ...lines,
    '',
    ...(plans.length === 0
      ? ['  No models here yet: nearside-runtime pull smollm2-135m']
      : plans.flatMap(showPlan)),
    '',
    ...(told.length === 0 ? ['  Nothing to mend.'] : told),
    '',
  ].join('\n')
}

/** What the kernel does, rather than the words that it was told it in. */
function dumpsText({ limit, pattern }: NonNullable<Examination['machine']['coreDumps']>): string {
  if (pattern.startsWith('|')) return `to the program ${pattern.split(' ')[0]?.slice(1)}`
  return limit === '0' ? 'none' : `limit ${limit}, to files named ${pattern}`
}

function showPlan({ id, weightBytes, plan, sessions, tokensPerSecond }: ModelPlan): readonly string[] {
  const head = `  ${id}  ${sizeText(weightBytes)}`
  if (plan === null || sessions === null) return [`${head}, its shape is not known before it is loaded`]
  const fits = plan.fits
    ? `needs ${sizeText(plan.neededBytes)} with ${plan.contextTokens} tokens of context` +
      (plan.givenUp.length === 0 ? '' : ` (given up: ${plan.givenUp.join(', ')})`)
    : `does not fit: ${sizeText(plan.neededBytes)} at least`
  const speed =
    tokensPerSecond === null
      ? ''
      : `; about ${tokensPerSecond.expected.toFixed(1)} tokens/s (${tokensPerSecond.roofline.toFixed(1)} at most)`
  return [
    head,
    `      ${fits}`,
    `      conversations at once: ${sessions.at4k} of 4k tokens, ${sessions.at32k} of 32k${speed}`,
  ]
}
