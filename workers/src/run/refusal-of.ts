/** What a caller is told of a plan that nobody may serve. */
import { type ChatRequest, NearsideError, type Plan } from '@nearside/core'

export function refusalOf(plan: Plan & { kind: 'refuse' }, request: ChatRequest): NearsideError {
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
    case 'sensitive-and-confined':
      return new NearsideError(
        'privacy-refused',
        'This request is sensitive and may go to no provider, redacted or not, and nothing nearer can serve it. Nothing was sent.',
      )
    case 'suspected-and-no-frontier':
      return new NearsideError(
        'content-blocked',
        'This request looks like an attack, and what may answer those is not here. Nothing was sent.',
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
        'The tier that this request is pinned to is not configured here; GET /v1/models lists what is.',
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
    case 'nothing-can-serve': {
      const demands = demandsOf(request)
      return new NearsideError(
        'bad-request',
        demands === ''
          ? 'Nothing that this request may go to can answer it; the edge answers only what it is certain of.'
          : `No model here that this request may go to takes ${demands}.`,
        { param: 'model' },
      )
    }
  }
}

/** What not every model can do, of what the request asks for. */
function demandsOf({ tools, messages }: ChatRequest): string {
  const demands = [
    ...(tools > 0 || messages.some(({ toolCalls }) => toolCalls.length > 0) ? ['tools'] : []),
    ...(messages.some(({ images }) => images > 0) ? ['images, files or other parts than text'] : []),
    ...(messages.some(({ audio }) => audio > 0) ? ['audio'] : []),
  ]
  return demands.join(', nor ')
}
