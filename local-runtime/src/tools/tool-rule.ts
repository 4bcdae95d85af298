/** Calls and nothing else, where the caller asks for one: any of the tools or one by name, with arguments of its shape. */
import { colon, comma, gap } from '../constraint/json-rules.ts'
import type { Rule } from '../constraint/rule.ts'
import { choice, literal, repeat, sequence } from '../constraint/rule.ts'
import { schemaRule } from '../constraint/schema-rules.ts'
import type { ToolDialect } from './dialect.ts'
import type { Tool } from './tool.ts'

/** More calls than this in one answer are a model that cannot stop. */
const mostCalls = 16

export function toolRule(dialect: ToolDialect, tools: readonly Tool[], parallel: boolean): Rule {
  const call = choice(tools.map((tool) => callRule(dialect, tool)))
  const more = parallel && dialect.parallel ? mostCalls - 1 : 0
  if (dialect.inList) {
    const calls = sequence(call, repeat(sequence(comma, call), 0, more))
    return marked(dialect, sequence(literal('['), gap, calls, gap, literal(']')))
  }
  const each = marked(dialect, call)
  return sequence(each, repeat(sequence(gap, each), 0, more))
}

function callRule(dialect: ToolDialect, tool: Tool): Rule {
  return sequence(
    literal('{'),
    gap,
    literal('"name"'),
    colon,
    literal(JSON.stringify(tool.name)),
    comma,
    literal(`"${dialect.argumentsKey}"`),
    colon,
    schemaRule(tool.parameters),
    gap,
    literal('}'),
  )
}

function marked(dialect: ToolDialect, content: Rule): Rule {
  if (dialect.open === '') return sequence(gap, content)
  return sequence(gap, literal(dialect.open), gap, content, gap, literal(dialect.close))
}
