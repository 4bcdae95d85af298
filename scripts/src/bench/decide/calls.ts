/** Calls timed one by one in this process; and in workerd, whose clock steps in milliseconds, by the thousand. */
import type { Workerd } from '../../workerd/workerd.ts'
import type { BatchAnswer, Work } from './targets/batches.ts'

const leastCalls = 100

/** Milliseconds of each call, as many as fit into the time. */
export async function timeCalls(
  work: Work,
  texts: readonly string[],
  durationMs: number,
): Promise<readonly number[]> {
  const taken: number[] = []
  const endMs = performance.now() + durationMs
  let sum = 0
  for (let i = 0; ; i++) {
    const text = texts[i % texts.length] ?? ''
    const startMs = performance.now()
    const said = work(text)
    sum += typeof said === 'number' ? said : await said
    const nowMs = performance.now()
    taken.push(nowMs - startMs)
    if (nowMs > endMs && i >= leastCalls) break
  }
  if (Number.isNaN(sum)) throw new Error('a call said nothing')
  return taken
}

/** Milliseconds a call, as the mean of a batch. */
export async function timeBatch(
  workerd: Workerd,
  work: string,
  texts: readonly string[],
  calls: number,
): Promise<number> {
  const url = `http://127.0.0.1:${workerd.port}/?work=${work}&calls=${calls}`
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(texts) })
  if (answer.status !== 200) throw new Error(`workerd answered ${answer.status}: ${await answer.text()}`)
  return ((await answer.json()) as BatchAnswer).ms / calls
}
