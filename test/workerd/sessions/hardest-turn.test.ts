/** The whole way of a conversation's difficulty: from its text, by the judges that are shipped, to who answers it. */
import { readFile } from 'node:fs/promises'
import {
  classifierOf,
  type DifficultyOf,
  decide,
  heuristicDifficulty,
  learnedDifficulty,
  learnedFrontierFrom,
  observe,
  type Policy,
  readChatRequest,
  readClassifier,
  resolvePolicy,
  type TargetView,
} from '@nearside/core'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../scripts/src/workerd/repository.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type RunningWorker, startWorker } from '../../harness/worker.ts'
import { callerKey, digestOf } from '../security/requests.ts'

const easyTurns = [
  'Thanks!',
  'Rewrite this politely: go away.',
  'And now commit it.',
  'ok',
  'Translate "good morning" into French.',
  'What is a good title for it?',
  'Merci, c’est parfait.',
  '谢谢',
  '',
]
const hardTurns = [
  'Prove that there are infinitely many primes congruent to 3 modulo 4.',
  'Derive the eigenvalues of this operator rigorously, and prove by induction that the theorem holds.',
  'Debug this deadlock: two threads take the same locks in another order, and refactor the algorithm.',
  'Solve the differential equation step by step and find the probability that the integral converges.',
]

/** Small, repeatable, and as even as a test needs. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const local: TargetView = {
  name: 'local',
  tier: 'local',
  zone: 'premises',
  model: 'small',
  price: null,
  contextTokens: 32_000,
  tools: true,
  images: true,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
}
const frontier: TargetView = {
  ...local,
  name: 'far',
  tier: 'frontier',
  model: 'large',
  contextTokens: 128_000,
}

type Turn = { readonly role: 'user' | 'assistant'; readonly content: string }

const talk = (texts: readonly string[]): readonly Turn[] =>
  texts.flatMap((content, at) => [
    ...(at === 0 ? [] : [{ role: 'assistant' as const, content: 'Here you are.' }]),
    { role: 'user' as const, content },
  ])

function tierOf(texts: readonly string[], judge: DifficultyOf, policy: Policy): string {
  const request = readChatRequest({ model: 'auto', messages: talk(texts) as never })
  const plan = decide(
    observe(request, null, judge),
    {
      ask: { kind: 'auto' },
      privacy: { level: 'public', providers: [] },
      latencyMs: null,
      quality: null,
      strategy: null,
    },
    policy,
    [local, frontier],
  )
  return plan.kind === 'serve' ? plan.steps[0].tier : plan.refusal
}

/** Thresholds, floors and defaults as operators may set them: of kinds of task too, which change from turn to turn. */
const policies: readonly Policy[] = [
  resolvePolicy(),
  resolvePolicy({ frontierFrom: learnedFrontierFrom, whenUnknown: 'local' }),
  resolvePolicy({
    frontierFrom: learnedFrontierFrom,
    whenUnknown: 'local',
    tasks: {
      chitchat: { frontierFrom: 0.9 },
      rewrite: { frontierFrom: 1 },
      math: { frontierFrom: 0.05, qualityFloor: 0.5 },
      code: { frontierFrom: 0.1 },
    },
  }),
]

describe('a conversation', () => {
  const judges: [string, DifficultyOf][] = [['the heuristic', heuristicDifficulty]]
  beforeAll(async () => {
    const file = await readFile(`${root}shared/model/classifier.onnx.bin`)
    judges.push(['the classifier', learnedDifficulty(classifierOf(readClassifier(new Uint8Array(file))))])
  })

  it('TRUST 27: never goes to a weaker tier for one more turn, and always to the same for the same turns', () => {
    let rises = 0
    let kept = 0
    for (const [name, judge] of judges) {
      for (const [which, policy] of policies.entries()) {
        const random = chance(which + 1)
        const one = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!
        for (let round = 0; round < 60; round++) {
          const texts = [one(random() < 0.7 ? easyTurns : hardTurns)]
          let before = tierOf(texts, judge, policy)
          for (let more = 0; more < 5; more++) {
            texts.push(one(random() < 0.8 ? easyTurns : hardTurns))
            const after = tierOf(texts, judge, policy)
            expect(tierOf([...texts], judge, policy)).toBe(after)
            if (before === 'frontier') {
              expect(after, `${name}, policy ${which}: ${texts.join(' | ')}`).toBe('frontier')
              kept++
            } else if (after === 'frontier') rises++
            before = after
          }
        }
      }
    }
    // It would hold of a router that knows one tier too.
    expect(rises).toBeGreaterThan(20)
    expect(kept).toBeGreaterThan(100)
  })
})

describe('the standalone Worker in workerd', () => {
  let far: Frontier
  let near: Frontier
  let worker: RunningWorker
  let openai: OpenAI
  beforeAll(async () => {
    far = await startFrontier()
    near = await startFrontier()
    worker = await startWorker({
      vars: {
        NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`,
        NEARSIDE_LOCAL_URL: `${near.url}/v1`,
        NEARSIDE_LOCAL_SECRET: near.key,
        NEARSIDE_FRONTIER_URL: `${far.url}/v1`,
        NEARSIDE_FRONTIER_KEY: far.key,
        NEARSIDE_FRONTIER_MODELS: 'gpt-5',
        NEARSIDE_SESSION_SECRET: 'a secret of thirty-two characters or more',
      },
    })
    openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: callerKey, maxRetries: 0 })
  })
  afterAll(async () => {
    await Promise.all([worker.close(), far.close(), near.close()])
  })

  async function answered(texts: readonly string[]) {
    const { response } = await openai.chat.completions
      .create({ model: 'auto', max_tokens: 50, messages: [...talk(texts)] })
      .withResponse()
    return ['tier', 'reason', 'session-state'].map((name) => response.headers.get(`x-nearside-${name}`))
  }

  it('TRUST 27: keeps an easy follow-up behind a hard turn on the strong tier, without any session', async () => {
    const rewrite = 'Rewrite this in a friendlier tone: send me the report.'
    expect(await answered([rewrite])).toEqual(['local', 'easy', 'version-unpinned'])
    expect(await answered([hardTurns[0]!])).toEqual(['frontier', 'hard', 'version-unpinned'])
    expect(await answered([hardTurns[0]!, rewrite])).toEqual(['frontier', 'hard', 'version-unpinned'])
    expect(await answered([hardTurns[0]!, rewrite, rewrite])).toEqual([
      'frontier',
      'hard',
      'version-unpinned',
    ])
    expect(await answered([rewrite, rewrite])).toEqual(['local', 'easy', 'version-unpinned'])
    expect((await worker.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })

  it('refuses a secret that could be guessed', async () => {
    await using weak = await startWorker({
      vars: { NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`, NEARSIDE_SESSION_SECRET: 'short' },
    })
    const told = await (await fetch(`${weak.url}/ready`)).text()
    expect(told).toContain('NEARSIDE_SESSION_SECRET')
  })
})
