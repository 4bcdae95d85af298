import type { JsonValue } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import type { State } from '../constraint/machine.ts'
import { machineOf } from '../constraint/machine.ts'
import { callMarks, toolDialectOf } from './dialect.ts'
import { readToolChoice, readTools } from './tool.ts'
import type { FoundCall } from './tool-reader.ts'
import { toolReader } from './tool-reader.ts'
import { toolRule } from './tool-rule.ts'

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
}
const clock = { type: 'function', function: { name: 'get_time' } }
const tools = readTools([weather, clock])
const tagged = toolDialectOf('{% if tools %}<tools></tools> return <tool_call>…')!
const listed = toolDialectOf('{% if tools %}<|tool|>{{ tools }}<|/tool|>')!
const bare = toolDialectOf('{% if tools %} {"name": function name, "parameters": dictionary} ipython')!

/** All that a reader finds when the text comes in pieces of a size. */
function read(dialect: typeof tagged, said: string, size: number): { text: string; calls: FoundCall[] } {
  const reader = toolReader(dialect, tools)
  let text = ''
  const calls: FoundCall[] = []
  for (let at = 0; at < said.length; at += size) {
    const reading = reader.push(said.slice(at, at + size))
    text += reading.text
    calls.push(...reading.calls)
  }
  const rest = reader.end()
  return { text: text + rest.text, calls: [...calls, ...rest.calls] }
}

describe('calls in what a model says', () => {
  const paris = { name: 'get_weather', arguments: '{"city":"Paris"}', fits: true }

  it.each([1, 2, 7, 1_000])('are found however the text is cut (pieces of %d)', (size) => {
    const said = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'
    expect(read(tagged, said, size)).toEqual({ text: '', calls: [paris] })
    expect(read(tagged, `Let me see. ${said}`, size)).toEqual({ text: 'Let me see. ', calls: [paris] })
    expect(read(tagged, `${said}\n${said}`, size)).toEqual({ text: '', calls: [paris, paris] })
    const list =
      '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Paris"}}, {"name": "get_time"}]<|/tool_call|>'
    expect(read(listed, list, size).calls).toEqual([paris, { name: 'get_time', arguments: '{}', fits: true }])
    expect(read(bare, '{"name": "get_weather", "parameters": {"city": "Paris"}}', size)).toEqual({
      text: '',
      calls: [paris],
    })
  })

  it('say whether their arguments have the shape that the tool declares', () => {
    const said = '<tool_call>{"name":"get_weather","arguments":{"town":"Paris"}}</tool_call>'
    expect(read(tagged, said, 9).calls).toEqual([
      { name: 'get_weather', arguments: '{"town":"Paris"}', fits: false },
    ])
  })

  it('may write their arguments as a text, and forget the closing mark', () => {
    expect(
      read(tagged, '<tool_call>{"name":"get_weather","arguments":"{\\"city\\":\\"Paris\\"}"}', 5).calls,
    ).toEqual([paris])
  })

  it('swallow nothing that was text after all', () => {
    for (const said of [
      'a < b and <tool of <tool_cal',
      '<tool_call>not json</tool_call> and on',
      '<tool_call>{"name":"rm_rf","arguments":{}}</tool_call>',
      '<tool_call>{"name":"get_weather","argum',
    ]) {
      for (const size of [1, 3, 100]) expect(read(tagged, said, size)).toEqual({ text: said, calls: [] })
    }
    for (const said of ['{"answer": 42}', '  {', 'Hello {"name":"get_time"}', '']) {
      for (const size of [1, 100]) expect(read(bare, said, size)).toEqual({ text: said, calls: [] })
    }
  })
})

describe('where a call is asked for', () => {
  function canSay(rule: ReturnType<typeof toolRule>, text: string): boolean {
    const machine = machineOf(rule)
    let state: State | null = machine.start
    for (const byte of new TextEncoder().encode(text)) state = state && machine.step(state, byte)
    return state?.complete ?? false
  }

  it('nothing else can be said', () => {
    const rule = toolRule(tagged, tools, true)
    const one = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'
    expect(canSay(rule, one)).toBe(true)
    expect(canSay(rule, `${one}\n${one}`)).toBe(true)
    expect(canSay(toolRule(tagged, tools, false), `${one}\n${one}`)).toBe(false)
    expect(canSay(rule, 'Paris is lovely')).toBe(false)
    expect(canSay(rule, one.replace('city', 'town'))).toBe(false)
    expect(canSay(toolRule(tagged, [tools[1]!], true), one)).toBe(false)
    expect(canSay(toolRule(bare, tools, true), '{"name": "get_time", "parameters": {}}')).toBe(true)
    expect(
      canSay(
        toolRule(listed, tools, true),
        '<|tool_call|>[{"name":"get_time","arguments":{}}]<|/tool_call|>',
      ),
    ).toBe(true)
  })
})

describe('the tools of a request', () => {
  it.each<[string, JsonValue, RegExp]>([
    ['no list', {}, /tools must be/],
    ['another kind', [{ type: 'retrieval' }], /tools\[0\]/],
    ['no name', [{ type: 'function', function: {} }], /function\.name/],
    ['a name with a space', [{ type: 'function', function: { name: 'a b' } }], /function\.name/],
    [
      'a pattern that nothing here can match',
      [
        {
          type: 'function',
          function: {
            name: 'a',
            parameters: { type: 'object', properties: { b: { type: 'string', pattern: '(?=x)' } } },
          },
        },
      ],
      /tools\[0\]\.function\.parameters cannot be kept to: A pattern .* looks ahead/,
    ],
    ['two of one name', [clock, clock], /twice/],
    [
      'arguments that are no schema',
      [{ type: 'function', function: { name: 'a', parameters: { type: 'x' } } }],
      /parameters\.type/,
    ],
  ])('%s is refused', (_, given, message) => {
    expect(() => readTools(given)).toThrowError(message)
  })

  it('TRUST 36: are bounded together, and not each alone', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`p${index}`, { type: 'string' }]),
    )
    const large = (name: string): JsonValue => ({
      type: 'function',
      function: { name, parameters: { type: 'object', properties } },
    })
    expect(readTools([large('a'), large('b')])).toHaveLength(2)
    expect(() => readTools([large('a'), large('b'), large('c')])).toThrowError(/at most 5000 parts in all/)
  })

  it('are called as the caller chooses', () => {
    expect(readToolChoice(undefined, tools)).toEqual({ type: 'auto' })
    expect(readToolChoice(undefined, [])).toEqual({ type: 'none' })
    expect(readToolChoice('required', tools)).toEqual({ type: 'required' })
    expect(readToolChoice({ type: 'function', function: { name: 'get_time' } }, tools)).toEqual({
      type: 'named',
      name: 'get_time',
    })
    expect(() => readToolChoice({ type: 'function', function: { name: 'gone' } }, tools)).toThrowError(
      /tool_choice/,
    )
    expect(() => readToolChoice('required', [])).toThrowError(/tool_choice/)
  })
})

describe('a template', () => {
  it('names the marks of calls, which its vocabulary may list as no text', () => {
    expect(callMarks('{% if tools %}<|tool|>{{ tools }}<|/tool|>')).toEqual([
      '<|tool_call|>',
      '<|/tool_call|>',
    ])
    expect(callMarks('{% if tools %} {"parameters": 1} ipython')).toEqual([])
    expect(callMarks(null)).toEqual([])
  })

  it('that speaks of no tools is a model that knows none', () => {
    expect(toolDialectOf('{{ bos_token }}{% for message in messages %}')).toBeNull()
  })
})
