/** Refuses what the rules block, before anything is sent or stored; the reason names kinds and quotes nothing. */
import { type AttackKind, type Inspection, NearsideError } from '@nearside/core'

/** `known` is told first: what is refused is recorded too. */
export function letIn(inspection: Inspection, known: { inspection?: Inspection }): void {
  known.inspection = inspection
  const { suspicion, refused } = inspection
  if (suspicion?.action === 'block') {
    const { kinds } = suspicion
    throw new NearsideError(
      'content-blocked',
      kinds.length === 0
        ? 'This request could not be judged whole, and the rules here let through only what was. Nothing was sent.'
        : `This request looks like ${kinds.map((kind) => words[kind]).join(' and ')}, which the rules here block. Nothing was sent.`,
    )
  }
  if (refused) {
    throw new NearsideError(
      'privacy-refused',
      'This request is sensitive and has parts that cannot be redacted. Nothing was sent.',
    )
  }
}

const words: { readonly [kind in AttackKind]: string } = {
  injection: 'an injected instruction',
  jailbreak: 'a jailbreak',
  unsafe: 'a harmful request',
}
