/**
 * What one generation says, as pieces of an answer: its text, and the calls of tools in it. At the end it is known whether the
 * answer has the form that was asked for; a cascade needs to know that before it lets an answer stand.
 */
import { randomBytes } from 'node:crypto'
import type { ToolCall, ToolCallDelta } from '@nearside/core'
import { fitsForm, type OutputForm } from '../constraint/constraint.ts'
import type { ToolDialect } from '../tools/dialect.ts'
import type { Tool } from '../tools/tool.ts'
import { readCall, type ToolReading, toolReader } from '../tools/tool-reader.ts'

export type Said = { readonly text: string; readonly toolCalls: readonly ToolCallDelta[] }

export type Speech = {
  push(text: string): Said
  /** `calls`: those that the engine was told as calls. What names no tool that was offered is text, as it is everywhere. */
  end(calls?: readonly ToolCall[]): Said
  called(): boolean
  /** Whether what was said is what was asked for; null where any text would do. Known once it has ended. */
  fits(): boolean | null
}

export type SpeechOptions = {
  readonly form: OutputForm | null
  readonly tools: readonly Tool[]
  /** How the model spells calls; null where it knows none. */
  readonly dialect: ToolDialect | null
}

export function speech({ form, tools, dialect }: SpeechOptions): Speech {
  const reader = dialect === null || tools.length === 0 ? null : toolReader(dialect, tools)
  let whole = ''
  let calls = 0
  let callsFit = true

  function told({ text, calls: found }: ToolReading): Said {
    if (form !== null) whole += text
    const toolCalls = found.map((call) => {
      if (!call.fits) callsFit = false
      return { index: calls++, id: newCallId(), name: call.name, arguments: call.arguments }
    })
    return { text, toolCalls }
  }

  function withCalls(said: Said, given: readonly ToolCall[]): Said {
    let { text } = said
    const toolCalls = [...said.toolCalls]
    for (const call of given) {
      const read = readCall(call, tools)
      const { text: spelt, toolCalls: found } = told({
        text: read === null ? JSON.stringify({ name: call.name, arguments: call.arguments }) : '',
        calls: read === null ? [] : [read],
      })
      text += spelt
      // Its own id goes through, so that the caller's answer to the call finds it there.
      for (const delta of found) toolCalls.push({ ...delta, id: isId(call.id) ? call.id : delta.id })
    }
    return { text, toolCalls }
  }

  return {
    push: (text) => told(reader === null ? { text, calls: [] } : reader.push(text)),
    end: (given = []) => withCalls(told(reader === null ? { text: '', calls: [] } : reader.end()), given),
    called: () => calls > 0,
    fits: () => (calls > 0 ? callsFit : form === null ? null : fitsForm(form, whole)),
  }
}

function isId(id: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(id)
}

function newCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`
}
