/**
 * Sessions while their secret is changed: what was made with the secret before is still taken, and nothing is made with it.
 */
import type { Sessions } from './sessions.ts'

export function withPrevious(own: Sessions, previous: Sessions): Sessions {
  return {
    ...own,
    async presented(tenant, token, inForce) {
      const found = await own.presented(tenant, token, inForce)
      return !found.held && found.state === 'invalid' ? previous.presented(tenant, token, inForce) : found
    },
    makerOf(tenant, messages, authors) {
      const maker = own.makerOf(tenant, messages, authors)
      // A frontier's calls have no tag, and so has what was tagged with the other secret.
      return maker?.model === null ? previous.makerOf(tenant, messages, authors) : maker
    },
    asKnown: (tenant, author, request) =>
      previous.asKnown(tenant, author, own.asKnown(tenant, author, request)),
  }
}
