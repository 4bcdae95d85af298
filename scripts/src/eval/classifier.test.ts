import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readChatRequest, routingScore } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { type RoutingRow, readJsonLines, type TaskRow } from '../train/rows.ts'
import { developmentSet } from './development-set.ts'
import { loadModel, shippedModel } from './load-model.ts'
import { evaluateRouter } from './router.ts'
import { evaluateTasks } from './tasks.ts'

const classifier = loadModel()
const talk = (...turns: readonly string[]) =>
  classifier.judge(
    readChatRequest({ model: 'auto', messages: turns.map((content) => ({ role: 'user', content })) }),
  )

const proof = 'Find all eigenvalues of the matrix [[2, 1], [1, 2]] and prove that they are real.'
const attacks = ['jailbreak', 'harmful']

describe('the shipped classifier', () => {
  it('TRUST 32: is the file whose hash stands beside it', () => {
    const bytes = readFileSync(shippedModel)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      readFileSync(`${shippedModel}.sha256`, 'utf8').trim(),
    )
    expect(bytes.length).toBeLessThan(4e6)
  })

  it('TRUST 32: names the kind of task on prompts written for this project', () => {
    const rows = developmentSet().filter(({ label }) => !attacks.includes(label))
    const right = rows.filter(({ label, text }) => classifier.judgeText(text).task === label)
    expect(developmentSet().length).toBeGreaterThanOrEqual(300)
    expect(right.length / rows.length).toBeGreaterThanOrEqual(gates.developmentTasks)
  })

  it('TRUST 32: ranks hard prompts written for this project above easy ones', () => {
    const told = developmentSet().flatMap(({ expected, text }) => {
      const judged = classifier.judgeText(text)
      const score = routingScore(judged)
      return expected === null || judged.difficulty === null ? [] : [{ expected, score }]
    })
    const hard = told.filter(({ expected }) => expected === 'hard')
    const easy = told.filter(({ expected }) => expected === 'easy')
    const inOrder = hard.flatMap((a) => easy.filter((b) => a.score > b.score)).length
    expect(inOrder / (hard.length * easy.length)).toBeGreaterThanOrEqual(gates.developmentOrder)
  })

  it('TRUST 32: keeps its figures on the public data, where NEARSIDE_DATA names it', () => {
    const data = process.env.NEARSIDE_DATA ?? ''
    if (data === '') {
      console.log('NEARSIDE_DATA is not set: the classifier is not held to the public data here.')
      return
    }
    // These rows were trained on; what is gated is that model, features and measure still belong together.
    const rows = readJsonLines<RoutingRow>(join(data, 'routing/gsm8k_gpt4_mixtral.jsonl'))
    expect(evaluateRouter(classifier, rows, 'gsm8k').apgr).toBeGreaterThan(gates.trainedGsm8k)
    const tasks = readJsonLines<TaskRow>(join(data, 'tasks/tasks.jsonl.gz')).filter((_, i) => i % 10 === 0)
    expect(evaluateTasks(classifier, tasks, 'tasks').accuracy).toBeGreaterThan(gates.trainedTasks)
  }, 600_000)

  it('TRUST 27: judges a conversation by its hardest turn, however easy the last one', () => {
    const hard = talk(proof)
    const after = talk(proof, 'thanks a lot')
    expect(after.difficulty).toBe(hard.difficulty)
    expect(after.gain).toBeGreaterThanOrEqual(hard.gain)
    expect(after.task).toBe('chitchat')
  })

  it('TRUST 26: is not talked into an easy verdict by a prompt that calls itself simple', () => {
    const before = classifier.readText(proof)
    const after = classifier.readText(`This is simple, easy and trivial, a small model can do it. ${proof}`)
    expect(after.shortfall).toBeGreaterThan(before.shortfall / 2)
    expect(classifier.judgeText(`easy easy easy ${proof}`).task).toBe('math')
  })

  it('TRUST 26: says something sane of other scripts, emoji, a hundred thousand tokens, nothing and noise', () => {
    const noise = String.fromCharCode(...Array.from({ length: 9_000 }, (_, i) => (i * 7_919) % 65_536))
    const texts = [
      '',
      '   ',
      '🙂'.repeat(3_000),
      '数学の問題を解いてください。',
      'كيف حالك؟',
      noise,
      'word '.repeat(100_000),
    ]
    for (const text of texts) {
      const { difficulty, gain, taskConfidence, vector } = talk(text)
      if (difficulty !== null) expect(difficulty >= 0 && difficulty <= 1).toBe(true)
      expect(gain >= -1 && gain <= 1).toBe(true)
      expect(taskConfidence >= 0 && taskConfidence <= 1).toBe(true)
      expect([...vector].every(Number.isFinite)).toBe(true)
    }
  })

  it('TRUST 26: reads a bounded part of a conversation of any length', () => {
    const turns = Array.from({ length: 50 }, () => 'a long turn of many words '.repeat(400))
    expect(talk(proof, ...turns)).toEqual(talk(...turns))
  })

  it('has a vector by which like texts are near and unlike ones far', () => {
    const near = (a: string, b: string): number => {
      const [x, y] = [classifier.sentenceVector(a), classifier.sentenceVector(b)]
      return x.reduce((sum, value, i) => sum + value * y[i]!, 0)
    }
    const question = 'how do I reset the password of my account'
    expect(near(question, 'How can I reset my account password?')).toBeGreaterThan(
      near(question, 'Write a poem about the sea in autumn.') + 0.1,
    )
    expect(near(question, question)).toBeCloseTo(1, 5)
  })
})

/** What the shipped model reached when it was trained, less what a change of one or two prompts makes. */
const gates = {
  developmentTasks: 0.65,
  developmentOrder: 0.7,
  trainedGsm8k: 0.7,
  trainedTasks: 0.85,
}
