/** The few numbers of a run, and its table, from what was measured. */
import type { Row } from '../bench.ts'
import { median, ratioByRound, round, spread } from '../statistics.ts'
import {
  type Context,
  contexts,
  type Measures,
  promptTokens,
  type TargetName,
  targetNames,
} from './measure.ts'
import type { Dimensions } from './weights/dimensions.ts'

export type About = {
  readonly size: Dimensions
  readonly ggufBytes: number
  readonly onnxBytes: number
  readonly loadMs: (target: TargetName) => number
  readonly residentMib: (target: TargetName) => number | null
}

export type Summary = {
  readonly rows: readonly Row[]
  readonly figures: Readonly<Record<string, number>>
  readonly table: string
}

export function summary(measures: Measures, about: About): Summary {
  const { decode, coldMs, cachedMs, together, bandwidth } = measures
  const rooflines = (target: TargetName): readonly number[] =>
    contexts.map((context) => overRoofline(target, context, measures, about))
  const rows: Row[] = targetNames.map((target) => ({
    kind: 'engine',
    target,
    prefillPerSecond: spread(coldMs[target].map((ms) => (promptTokens * 1_000) / ms)),
    ...Object.fromEntries(
      contexts.map((context) => [`decodePerSecond${context}`, spread(decode[context][target])]),
    ),
    overRoofline: rooflines(target),
    coldMs: spread(coldMs[target]),
    ...(cachedMs[target].length > 0 ? { cachedMs: spread(cachedMs[target]) } : {}),
    loadMs: round(about.loadMs(target)),
    residentMib: about.residentMib(target),
  }))
  const apart: Row[] = (
    [
      ['nearside llama', 'node-llama-cpp'],
      ['nearside onnx', 'onnxruntime-node'],
      ['nearside onnx', 'transformers.js'],
    ] as const
  ).map(([over, under]) => ({
    kind: 'ratio',
    over,
    under,
    prefill: ratioByRound(coldMs[under], coldMs[over]),
    ...Object.fromEntries(
      contexts.map((context) => [
        `decode${context}`,
        ratioByRound(decode[context][over], decode[context][under]),
      ]),
    ),
  }))
  rows.push(...apart, {
    kind: 'batch of 4',
    nearsidePerSecond: spread(together['nearside llama']),
    nodeLlamaCppPerSecond: spread(together['node-llama-cpp']),
  })
  rows.push({ kind: 'read bandwidth', gigabytesPerSecond: spread(bandwidth.map((bytes) => bytes / 1e9)) })

  return { rows, table: table(measures, about), figures: figuresOf(measures, about) }
}

function figuresOf(measures: Measures, about: About): Summary['figures'] {
  const { decode, coldMs, cachedMs, together } = measures
  const decodeOver = (over: TargetName, under: TargetName): number =>
    ratioByRound(
      contexts.flatMap((context) => decode[context][over]),
      contexts.flatMap((context) => decode[context][under]),
    ).median
  const cachedOver = (target: TargetName): number => ratioByRound(cachedMs[target], coldMs[target]).median
  return {
    decode_over_llama: decodeOver('nearside llama', 'node-llama-cpp'),
    prefill_over_llama: ratioByRound(coldMs['node-llama-cpp'], coldMs['nearside llama']).median,
    decode_over_ort: decodeOver('nearside onnx', 'onnxruntime-node'),
    prefill_over_ort: ratioByRound(coldMs['onnxruntime-node'], coldMs['nearside onnx']).median,
    ort_over_transformers_1000: ratioByRound(decode[1_000]['nearside onnx'], decode[1_000]['transformers.js'])
      .median,
    decode_over_roofline: overRoofline('nearside llama', 30, measures, about),
    ttft_cached_over_cold: Math.max(cachedOver('nearside llama'), cachedOver('nearside onnx')),
    batch4_over_llama_batch4: ratioByRound(together['nearside llama'], together['node-llama-cpp']).median,
  }
}

/** Of the tokens a second that reading the weights, and the keys and values so far, would allow. */
function overRoofline(target: TargetName, context: Context, measures: Measures, about: About): number {
  const isLlama = target === 'nearside llama' || target === 'node-llama-cpp'
  const { layers, keyValueHeads, headSize } = about.size
  const numberBytes = isLlama ? 2 : 4
  const keyValueBytes = 2 * layers * keyValueHeads * headSize * numberBytes * context
  const bytes = (isLlama ? about.ggufBytes : about.onnxBytes) + keyValueBytes
  return round((median(measures.decode[context][target]) * bytes) / median(measures.bandwidth))
}

function table(measures: Measures, about: About): string {
  const { decode, coldMs, cachedMs } = measures
  const line = (first: string, others: readonly string[]): string =>
    first.padEnd(20) + others.map((text) => text.padStart(15)).join('')
  const percent = (target: TargetName, context: Context): string =>
    `${Math.round(overRoofline(target, context, measures, about) * 100)} %`
  return [
    line('tokens a second', [
      'prefill 512',
      ...contexts.map((context) => `decode ${context}`),
      'cached/cold ms',
      'load s',
      'MiB',
    ]),
    ...targetNames.map((target) => {
      const cold = median(coldMs[target])
      const cached = cachedMs[target].length > 0 ? `${Math.round(median(cachedMs[target]))}/` : ''
      return line(target, [
        ((promptTokens * 1_000) / cold).toFixed(1),
        ...contexts.map(
          (context) => `${median(decode[context][target]).toFixed(2)} (${percent(target, context)})`,
        ),
        `${cached}${Math.round(cold)}`,
        (about.loadMs(target) / 1_000).toFixed(1),
        String(about.residentMib(target) ?? '-'),
      ])
    }),
  ].join('\n')
}
