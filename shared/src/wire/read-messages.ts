/**
 * Reads the messages of a chat request: who said what, in which parts, with which calls of tools.
 *
 * Where a value may have one of several shapes, it is looked at first and then held to that shape alone, so that a refusal
 * names the one field that is wrong and not every shape it might have had. Parts and fields that nobody here knows pass.
 */
import type { ChatMessage, Role, ToolCall } from '../chat/chat-request.ts'
import type { JsonArray, JsonObject } from '../chat/json.ts'
import { entryOf, listIn, nameIn, objectIn, optionalText, textIn, wrong } from './fields.ts'
import { requestLimits } from './request-limits.ts'

export function readMessages(list: JsonArray): readonly ChatMessage[] {
  const messages: ChatMessage[] = []
  for (let index = 0; index < list.length; index++) {
    messages.push(readMessage(entryOf(list, index, 'messages'), `messages[${index}]`))
  }
  return messages
}

const roles: ReadonlySet<unknown> = new Set<Role>([
  'system',
  'developer',
  'user',
  'assistant',
  'tool',
  'function',
])

function isRole(value: unknown): value is Role {
  return roles.has(value)
}

const noCalls: readonly ToolCall[] = []

function readMessage(message: JsonObject, path: string): ChatMessage {
  const { role } = message
  if (!isRole(role)) {
    throw wrong(`${path}.role`, 'one of system, developer, user, assistant, tool and function')
  }
  const assistant = role === 'assistant'
  const said = readContent(message, path, assistant || role === 'function')
  if (role === 'function') nameIn(message, 'name', path)
  else optionalText(message, 'name', path)
  const toolCallId = role === 'tool' ? nameIn(message, 'tool_call_id', path) : null
  if (!assistant) return { role, ...said, toolCalls: noCalls, toolCallId }

  const refusal = optionalText(message, 'refusal', path)
  const toolCalls = readToolCalls(message, path)
  const speaks = message.content != null || refusal !== null || message.audio != null
  if (!speaks && toolCalls.length === 0) {
    throw wrong(`${path}.content`, 'a string or a list of content parts, unless the message calls tools')
  }
  const text = refusal === null ? said.text : message.content == null ? refusal : `${said.text}\n${refusal}`
  return { role, ...said, text, toolCalls, toolCallId }
}

type Said = Pick<ChatMessage, 'text' | 'images' | 'audio'>

const nothingSaid: Said = { text: '', images: 0, audio: 0 }

function readContent(message: JsonObject, path: string, maySayNothing: boolean): Said {
  const { content } = message
  if (typeof content === 'string') return { text: content, images: 0, audio: 0 }
  if (content == null && maySayNothing) return nothingSaid
  if (!Array.isArray(content)) throw wrong(`${path}.content`, 'a string or a list of content parts')

  const parts = listIn(message, 'content', path, 1, requestLimits.contentParts)
  const texts: string[] = []
  let images = 0
  let audio = 0
  for (let index = 0; index < parts.length; index++) {
    const part = entryOf(parts, index, `${path}.content`)
    const at = `${path}.content[${index}]`
    switch (nameIn(part, 'type', at)) {
      case 'text':
        texts.push(textIn(part, 'text', at))
        break
      case 'refusal':
        texts.push(textIn(part, 'refusal', at))
        break
      case 'input_audio': {
        const sound = objectIn(part, 'input_audio', at)
        textIn(sound, 'data', `${at}.input_audio`)
        textIn(sound, 'format', `${at}.input_audio`)
        audio++
        break
      }
      case 'image_url':
        nameIn(objectIn(part, 'image_url', at), 'url', `${at}.image_url`)
        images++
        break
      case 'file':
        objectIn(part, 'file', at)
        images++
        break
      // A part of a kind unknown here may hold pictures, as a file may, and no model that reads text alone can take it.
      default:
        images++
    }
  }
  return { text: texts.join('\n'), images, audio }
}

function readToolCalls(message: JsonObject, path: string): readonly ToolCall[] {
  if (message.tool_calls == null && message.function_call == null) return noCalls
  const calls: ToolCall[] = []
  if (message.tool_calls != null) {
    const list = listIn(message, 'tool_calls', path, 1, requestLimits.toolCalls)
    for (let index = 0; index < list.length; index++) {
      calls.push(readToolCall(entryOf(list, index, `${path}.tool_calls`), `${path}.tool_calls[${index}]`))
    }
  }
  // The older form has one call and no id.
  if (message.function_call != null) {
    const call = objectIn(message, 'function_call', path)
    calls.push({ id: '', ...readCalled(call, 'arguments', `${path}.function_call`) })
  }
  return calls
}

function readToolCall(call: JsonObject, path: string): ToolCall {
  const id = nameIn(call, 'id', path)
  return call.type === 'custom'
    ? { id, ...readCalled(objectIn(call, 'custom', path), 'input', `${path}.custom`) }
    : { id, ...readCalled(objectIn(call, 'function', path), 'arguments', `${path}.function`) }
}

function readCalled(
  called: JsonObject,
  key: 'arguments' | 'input',
  path: string,
): Pick<ToolCall, 'name' | 'arguments'> {
  return { name: nameIn(called, 'name', path), arguments: textIn(called, key, path) }
}
