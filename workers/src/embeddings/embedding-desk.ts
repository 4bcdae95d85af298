/**
 * The desk as requests for embeddings see it: the models that make them in the place of those that chat. What is heard
 * of an upstream, what is counted and what is spent is kept where it always is.
 */
import type { Desk } from '../desk/desk.ts'

export function embeddingDesk(desk: Desk): Desk {
  const { options } = desk
  const targets = options.embedders
  return {
    ...desk,
    options: {
      ...options,
      targets,
      // How long a chat a local model can follow says nothing of how long a text it can read.
      policy: { ...options.policy, localPromptTokens: Number.MAX_SAFE_INTEGER },
    },
    field: () =>
      targets.map((target) => ({
        ...target,
        standing: desk.restLeftMs(target.name) === null ? 'ready' : 'resting',
        firstTokenMs: null,
        expectedWaitMs: null,
        lot: 0,
      })),
  }
}
