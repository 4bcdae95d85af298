/**
 * Keeps the tokens of one answer inside its constraint. The grammar is one for all engines, over the bytes of tokens, so an
 * answer's shape does not depend on which library runs the model.
 */
import { type JsonObject, NearsideError } from '@nearside/core'
import { constraintOf, ruleOf } from '../../constraint/constraint.ts'
import type { Rule } from '../../constraint/rule.ts'
import { isAllowed, type Vocabulary } from '../../constraint/token-mask.ts'
import type { TokenTable } from '../../model/read-tokenizer.ts'
import type { Among } from '../../sampling/sampler.ts'
import { toolDialectOf } from '../../tools/dialect.ts'
import { readTools } from '../../tools/tool.ts'
import { toolRule } from '../../tools/tool-rule.ts'
import type { OutputConstraint } from '../engine.ts'

export type Guard = {
  readonly among: Among
  /** Whether nothing may follow: the answer is whole. */
  isOver(): boolean
  take(id: number): void
}

export type GuardedModel = {
  readonly table: TokenTable
  readonly vocabulary: Vocabulary
  readonly endTokens: ReadonlySet<number>
  readonly chatTemplate: string | null
}

export function guardFor(constraint: OutputConstraint, model: GuardedModel): Guard {
  const keeper = constraintOf(ruleFor(constraint, model.chatTemplate), model.vocabulary)
  const bytesFor = (id: number): Uint8Array => model.table.bytesOf(id) ?? new Uint8Array()
  return {
    among: {
      admits: (id) => (model.endTokens.has(id) ? keeper.mayEnd() : keeper.admits(bytesFor(id))),
      mask() {
        const mask = keeper.allowed()
        const mayEnd = keeper.mayEnd()
        if (mask.isEmpty && !mayEnd) throw stuck()
        return (id) => (model.endTokens.has(id) ? mayEnd : isAllowed(mask, id))
      },
    },
    isOver: () => keeper.mustEnd(),
    take: (id) => keeper.take(bytesFor(id)),
  }
}

function ruleFor(constraint: OutputConstraint, chatTemplate: string | null): Rule {
  if (constraint.type !== 'tool-calls') return ruleOf(constraint)
  const dialect = chatTemplate === null ? null : toolDialectOf(chatTemplate)
  if (dialect === null) {
    throw new NearsideError('bad-request', "The model's chat template does not know tools.", {
      param: 'tools',
    })
  }
  const tools: readonly JsonObject[] = constraint.tools
  return toolRule(dialect, readTools([...tools]), constraint.parallel)
}

/** A vocabulary without single bytes may be unable to spell a name that the schema asks for. */
function stuck(): NearsideError {
  return new NearsideError('tier-failed', 'No token of this model can go on in the form that was asked for.')
}
