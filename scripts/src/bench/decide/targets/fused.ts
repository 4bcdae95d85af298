/**
 * What the core does with a prompt: judge and decide, as for each request (`decide`); and the detectors, which are no part
 * of a request yet: personal data by rules (`detect`), names with them (`detect-names`), unsafe requests (`unsafe`).
 */
import {
  classifierOf,
  type DifficultyOf,
  decide,
  defaultPolicy,
  detect,
  judgeUnsafe,
  learnedDifficulty,
  learnedFrontierFrom,
  nameDetector,
  observe,
  readChatRequest,
  readClassifier,
  readTextHeads,
  type TargetView,
  type Wishes,
} from '@nearside/core'
import { serveBatches, type Work, type Works } from './batches.ts'

const target = {
  model: 'm',
  price: null,
  contextTokens: 128_000,
  tools: true,
  images: false,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
} as const
const field: readonly TargetView[] = [
  { ...target, name: 'local', tier: 'local', zone: 'premises' },
  { ...target, name: 'frontier', tier: 'frontier', zone: 'provider:frontier' },
]
const wishes: Wishes = {
  ask: { kind: 'auto' },
  privacy: { level: 'public', providers: [] },
  latencyMs: null,
  quality: null,
  strategy: null,
}
const policy = { ...defaultPolicy, frontierFrom: learnedFrontierFrom }

export function fusedWorks(model: ArrayBuffer, heads: ArrayBuffer): Works {
  const textHeads = readTextHeads(new Uint8Array(heads))
  const names = nameDetector(textHeads)
  return {
    decide: decidedBy(learnedDifficulty(classifierOf(readClassifier(new Uint8Array(model))))),
    detect: (text) => detect(text).length,
    'detect-names': (text) => detect(text, names).length,
    unsafe: (text) => judgeUnsafe(text, textHeads).scores.jailbreak,
  }
}

/** The request is made beforehand: reading JSON is no part of judging. */
export function decidedBy(difficulty: DifficultyOf): Work {
  const requests = new Map<string, ReturnType<typeof readChatRequest>>()
  return (text) => {
    let request = requests.get(text)
    if (request === undefined) {
      request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: text }] })
      requests.set(text, request)
    }
    const plan = decide(observe(request, null, difficulty), wishes, policy, field)
    return plan.kind === 'serve' ? plan.confidence : -1
  }
}

export function serve(model: ArrayBuffer, heads: ArrayBuffer): ReturnType<typeof serveBatches> {
  return serveBatches(() => fusedWorks(model, heads))
}
