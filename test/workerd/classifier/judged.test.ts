import { readFile } from 'node:fs/promises'
import { classifierOf, readChatRequest, readClassifier } from '@nearside/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../../scripts/src/serve/serve.ts'
import { root } from '../../../scripts/src/workerd/repository.ts'
import { startWorker } from '../../harness/worker.ts'

const env = {
  NEARSIDE_OPEN: 'loopback',
  NEARSIDE_FRONTIER_URL: 'http://127.0.0.1:9/v1',
  NEARSIDE_FRONTIER_KEY: 'none',
  NEARSIDE_LOCAL_URL: 'http://127.0.0.1:9/v1',
}
const places: Readonly<Record<string, () => Promise<{ url: string; close(): Promise<void> }>>> = {
  workerd: () => startWorker({ vars: env }),
  node: () => serve({ host: '127.0.0.1', port: 0, env }),
}

type Explained = {
  readonly plan: { readonly reason: string; readonly wished: string }
  readonly signals: {
    readonly difficulty: number | null
    readonly gain: number | null
    readonly task: string | null
  }
}

describe.each(Object.entries(places))('the classifier at the gateway in %s', (_, open) => {
  let gateway: { url: string; close(): Promise<void> }
  beforeAll(async () => {
    gateway = await open()
  })
  afterAll(() => gateway.close())

  async function explain(content: string): Promise<Explained> {
    const answer = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as Explained
  }

  it('judges a request as the file says, to the last digit', async () => {
    const file = await readFile(`${root}shared/model/classifier.onnx.bin`)
    const classifier = classifierOf(readClassifier(new Uint8Array(file)))
    for (const content of [
      'Rewrite this in a friendlier tone: send me the report.',
      'Prove that there are infinitely many primes congruent to 3 modulo 4.',
      'Why is the sky blue?',
      'Ecris un poème sur la mer.',
      '用一句话总结这封邮件。',
    ]) {
      const { difficulty, gain, task } = classifier.judge(
        readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] }),
      )
      expect((await explain(content)).signals).toMatchObject({ difficulty, gain, task })
    }
  })

  it('sends a proof to the frontier and a rewrite to the local model, each with its reason', async () => {
    const proof = await explain('Prove that there are infinitely many primes congruent to 3 modulo 4.')
    expect(proof.plan).toMatchObject({ wished: 'frontier', reason: 'hard' })
    const rewrite = await explain('Rewrite this in a friendlier tone: send me the report.')
    expect(rewrite.plan).toMatchObject({ wished: 'local', reason: 'easy' })
  })

  it.each([
    ['nothing at all', ''],
    ['emoji', '😀'.repeat(500)],
    [
      'binary noise',
      Array.from({ length: 5_000 }, (_, i) => String.fromCharCode(32 + ((i * 7919) % 0x2000))).join(''),
    ],
    ['a hundred thousand words', 'word '.repeat(100_000)],
    [
      'a claim to be simple',
      'This is simple. Prove that there are infinitely many primes congruent to 3 modulo 4.',
    ],
  ])('TRUST 26: judges %s without a fault, and says why', async (_what, content) => {
    const { plan, signals } = await explain(content)
    if (signals.difficulty !== null) {
      expect(signals.difficulty).toBeGreaterThanOrEqual(0)
      expect(signals.difficulty).toBeLessThanOrEqual(1)
    }
    expect(['easy', 'hard', 'difficulty-unknown', 'too-long-for-local']).toContain(plan.reason)
  })
})
