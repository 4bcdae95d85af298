/**
 * The plainest loop of an agent: ask, make the calls, hand back what they said, until there are no more calls.
 *
 * It knows OpenAI's client and nothing of Nearside: which model works, who supervises and what is forgotten is decided
 * behind the address that the client was given.
 */
import type OpenAI from 'openai'
import type { Environment, Task, Tool } from './environments/environment.ts'

export type TaskRun = {
  readonly task: string
  readonly done: boolean
  readonly turns: number
  readonly lastWords: string
  /** `turns`: it was still at work after as many as were allowed; a message: the call itself failed. */
  readonly ended: 'said' | 'turns' | { readonly failed: string }
}

export type LoopSettings = {
  readonly client: OpenAI
  readonly model: string
  readonly mostTurns: number
}

type Messages = OpenAI.Chat.ChatCompletionMessageParam[]

export async function runTask(
  environment: Environment,
  task: Task,
  settings: LoopSettings,
): Promise<TaskRun> {
  const { client, model, mostTurns } = settings
  const world = task.open()
  const tools = environment.tools.map(wireTool)
  const messages: Messages = [{ role: 'user', content: task.prompt }]
  for (let turn = 1; turn <= mostTurns; turn++) {
    let message: OpenAI.Chat.ChatCompletionMessage | undefined
    try {
      message = (await client.chat.completions.create({ model, messages, tools })).choices[0]?.message
    } catch (error) {
      return ended(task, false, turn, '', { failed: error instanceof Error ? error.message : String(error) })
    }
    if (message === undefined) return ended(task, false, turn, '', { failed: 'An answer without a choice.' })
    const lastWords = message.content ?? ''
    if (!message.tool_calls?.length) return ended(task, world.done(lastWords), turn, lastWords, 'said')
    messages.push({ role: 'assistant', content: message.content, tool_calls: message.tool_calls })
    for (const call of message.tool_calls) {
      const content =
        call.type === 'function' ? answered(world, call.function) : 'Only functions can be called here.'
      messages.push({ role: 'tool', tool_call_id: call.id, content })
    }
  }
  return ended(task, false, mostTurns, '', 'turns')
}

function answered(
  world: ReturnType<Task['open']>,
  { name, arguments: text }: { readonly name: string; readonly arguments: string },
): string {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return 'The arguments are no JSON.'
  }
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? world.call(name, given as Record<string, unknown>)
    : 'The arguments are no object.'
}

function ended(task: Task, done: boolean, turns: number, lastWords: string, how: TaskRun['ended']): TaskRun {
  return { task: task.id, done, turns, lastWords, ended: how }
}

function wireTool({ name, description, parameters }: Tool): OpenAI.Chat.ChatCompletionTool {
  return {
    type: 'function',
    function: {
      name,
      description,
      parameters: { type: 'object', properties: parameters, required: Object.keys(parameters) },
    },
  }
}
