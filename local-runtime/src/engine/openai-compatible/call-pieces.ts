/**
 * Puts calls of tools together from the pieces in which another server tells them. Most servers number calls that run side by side;
 * some give all of them the same number and tell them apart by their ids, each whole in one piece.
 */
import type { ToolCall, ToolCallDelta } from '@nearside/core'

export type CallPieces = {
  push(pieces: readonly ToolCallDelta[]): void
  calls(): readonly ToolCall[]
}

type Open = { readonly index: number; id: string; name: string; arguments: string }

export function callPieces(): CallPieces {
  const open: Open[] = []

  function openFor({ index, id, name }: ToolCallDelta): Open {
    const last = open.findLast((call) => call.index === index)
    const isAnother = last !== undefined && name !== null && id !== null && last.id !== '' && id !== last.id
    if (last !== undefined && !isAnother) return last
    const call = { index, id: '', name: '', arguments: '' }
    open.push(call)
    return call
  }

  return {
    push(pieces) {
      for (const piece of pieces) {
        const call = openFor(piece)
        call.id ||= piece.id ?? ''
        call.name ||= piece.name ?? ''
        call.arguments += piece.arguments
      }
    },
    calls: () => open.map(({ id, name, arguments: given }) => ({ id, name, arguments: given })),
  }
}
