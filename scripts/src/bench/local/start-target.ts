/** A target in a process of its own, which is ended with the bench. */
import { start, stop } from '../../workerd/processes.ts'
import { moduleFile, nextMessage } from '../child-module.ts'
import { residentMib } from '../memory.ts'
import type { Order, Reply } from './targets/serve-target.ts'
import type { Setup, Target } from './targets/target.ts'

export type LoadedTarget = Target & { readonly loadMs: number; stop(): Promise<void> }

export async function startTarget(
  name: 'llama-direct' | 'ort-direct' | 'transformers-direct',
  setup: Setup,
): Promise<LoadedTarget> {
  const child = start(
    process.execPath,
    ['--conditions=source', moduleFile(`./targets/${name}`, import.meta.url)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  async function ask(order: Order): Promise<number> {
    const answer = nextMessage(child)
    child.send(order)
    const reply = (await answer) as Reply
    if ('error' in reply) throw new Error(`${name}: ${reply.error}`)
    return reply.value
  }
  return {
    loadMs: await ask({ do: 'load', setup }),
    firstToken: (prompt) => ask({ do: 'first-token', prompt }),
    decode: (prompt, count) => ask({ do: 'decode', prompt, count }),
    together: (prompts, count) => ask({ do: 'together', prompts, count }),
    residentMib: async () => (child.pid === undefined ? null : residentMib(child.pid)),
    stop: () => stop(child),
  }
}
