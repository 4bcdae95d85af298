/** What a caller is told of a plan that nobody may serve. */
import { NearsideError, type Plan } from '@nearside/core'

export function refusalOf(plan: Plan & { kind: 'refuse' }): NearsideError {
  switch (plan.refusal) {
    case 'private-and-no-premises':
      return new NearsideError(
        'privacy-refused',
        'This request is marked never-leave, and nothing on the premises can serve it. Nothing was sent.',
      )
    case 'contract-names-no-target':
      return new NearsideError(
        'privacy-refused',
        'This account’s contract names no provider that can serve this request. Nothing was sent.',
      )
    case 'too-long':
      return new NearsideError(
        'context-too-long',
        'The conversation is longer than every model here can take.',
        {
          param: 'messages',
        },
      )
    case 'tier-not-configured':
      return new NearsideError(
        'bad-request',
        'The tier that this request is pinned to is not configured here.',
        {
          param: 'model',
        },
      )
    case 'quality-floor-unmet':
      return new NearsideError('no-tier-left', 'Nothing that is here reaches the quality that was asked for.')
    case 'nobody-may-stand-in':
      return new NearsideError(
        'no-tier-left',
        'The tier that this request belongs to cannot answer, and the policy lets no other answer for it.',
      )
    case 'nothing-can-serve':
      return new NearsideError('bad-request', 'Nothing here can serve this kind of request.', {
        param: 'model',
      })
  }
}
