/** The side of a target in a process of its own: it is told what to measure, and says what it took. */
import type { Prompt, Setup, Target } from './target.ts'

export type Order =
  | { readonly do: 'load'; readonly setup: Setup }
  | { readonly do: 'first-token'; readonly prompt: Prompt }
  | { readonly do: 'decode'; readonly prompt: Prompt; readonly count: number }
  | { readonly do: 'together'; readonly prompts: readonly Prompt[]; readonly count: number }

export type Reply = { readonly value: number } | { readonly error: string }

/** Loading gives back its milliseconds. */
export function serveTarget(load: (setup: Setup) => Promise<Omit<Target, 'residentMib'>>): void {
  let target: Omit<Target, 'residentMib'> | null = null

  async function measure(order: Order): Promise<number> {
    if (order.do === 'load') {
      const begunAt = performance.now()
      target = await load(order.setup)
      return performance.now() - begunAt
    }
    if (target === null) throw new Error('nothing is loaded')
    if (order.do === 'first-token') return target.firstToken(order.prompt)
    if (order.do === 'decode') return target.decode(order.prompt, order.count)
    return target.together(order.prompts, order.count)
  }

  process.on('message', (order: Order) => {
    measure(order).then(
      (value) => process.send?.({ value }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  process.once('disconnect', () => process.exit())
}
