/**
 * Reads the items of a Responses request as the messages of a chat.
 *
 * An answer is several items there and one message here, so what an assistant says and calls in a row becomes one message,
 * what it says behind its calls with it: chat models take nothing between a call and what it found.
 * Reasoning items are passed over: they come back with every answer that a program sends on, and no chat model takes them.
 */
import type { JsonArray, JsonObject, JsonValue } from '../../chat/json.ts'
import { entryOf, listIn, nameIn, objectIn, optionalText, textIn, wrong } from '../fields.ts'
import { requestLimits } from '../request-limits.ts'

type Message = Record<string, JsonValue>

export function messagesOf(items: JsonArray): readonly JsonObject[] {
  const messages: Message[] = []
  const assistant = (): Message => {
    const last = messages.at(-1)
    if (last?.role === 'assistant') return last
    const message: Message = { role: 'assistant', content: null }
    messages.push(message)
    return message
  }
  // Calls and parts are grown in place: ten thousand in a row must not be copied ten thousand times.
  let calls: JsonObject[] = []
  const called = (call: JsonObject): void => {
    const message = assistant()
    if (message.tool_calls === undefined) {
      calls = []
      message.tool_calls = calls
    }
    calls.push(call)
  }

  let parts: JsonValue[] = []
  const said = (message: Message): void => {
    const last = messages.at(-1)
    if (message.role !== 'assistant' || last?.tool_calls === undefined) {
      messages.push(message)
    } else if (last.content === null) {
      last.content = message.content ?? null
    } else {
      if (last.content !== parts) parts = asParts(last.content)
      last.content = parts
      for (const part of asParts(message.content)) parts.push(part)
    }
  }

  for (let index = 0; index < items.length; index++) {
    const item = entryOf(items, index, 'input')
    const path = `input[${index}]`
    switch (item.type ?? 'message') {
      case 'message':
        said(messageOf(item, path))
        break
      case 'function_call':
        called({
          id: nameIn(item, 'call_id', path),
          type: 'function',
          function: { name: nameIn(item, 'name', path), arguments: textIn(item, 'arguments', path) },
        })
        break
      case 'custom_tool_call':
        called({
          id: nameIn(item, 'call_id', path),
          type: 'custom',
          custom: { name: nameIn(item, 'name', path), input: textIn(item, 'input', path) },
        })
        break
      case 'function_call_output':
      case 'custom_tool_call_output':
        messages.push({
          role: 'tool',
          tool_call_id: nameIn(item, 'call_id', path),
          content: outputOf(item, path),
        })
        break
      case 'reasoning':
        break
      // Whoever keeps responses puts the item in its place before the messages are made.
      case 'item_reference':
        nameIn(item, 'id', path)
        break
      default:
        throw wrong(
          `${path}.type`,
          'one of message, function_call, function_call_output, custom_tool_call, custom_tool_call_output, reasoning and item_reference',
        )
    }
  }
  return messages
}

function asParts(content: JsonValue | undefined): JsonValue[] {
  return Array.isArray(content) ? [...(content as JsonArray)] : [{ type: 'text', text: content ?? '' }]
}

function messageOf(item: JsonObject, path: string): Message {
  const { role, content } = item
  if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer') {
    throw wrong(`${path}.role`, 'one of user, assistant, system and developer')
  }
  if (typeof content === 'string') return { role, content }
  if (!Array.isArray(content)) throw wrong(`${path}.content`, 'a string or a list of content parts')
  const parts = partsOf(item, 'content', path)
  const [only] = parts
  // What every chat model takes, where that says the same.
  return { role, content: parts.length === 1 && only?.type === 'text' ? (only.text ?? '') : parts }
}

function partsOf(holder: JsonObject, key: string, path: string): readonly JsonObject[] {
  const list = listIn(holder, key, path, 1, requestLimits.contentParts)
  const at = `${path}.${key}`
  return list.map((_, index) => partOf(entryOf(list, index, at), `${at}[${index}]`))
}

function partOf(part: JsonObject, path: string): JsonObject {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: textIn(part, 'text', path) }
    case 'refusal':
      return { type: 'refusal', refusal: textIn(part, 'refusal', path) }
    case 'input_image': {
      const detail = optionalText(part, 'detail', path)
      // Files lie with a provider, and only it can look one up.
      if (part.file_id != null) throw wrong(`${path}.file_id`, 'left out: send the image as image_url')
      const url = nameIn(part, 'image_url', path)
      return { type: 'image_url', image_url: { url, ...(detail === null ? {} : { detail }) } }
    }
    case 'input_file': {
      if (part.file_url != null) throw wrong(`${path}.file_url`, 'left out: send the file as file_data')
      const { file_data, file_id, filename } = part
      const given = Object.entries({ file_data, file_id, filename }).filter(([, value]) => value != null)
      for (const [name] of given) textIn(part, name, path)
      return { type: 'file', file: Object.fromEntries(given) as JsonObject }
    }
    case 'input_audio':
      return { type: 'input_audio', input_audio: objectIn(part, 'input_audio', path) }
    default:
      throw wrong(
        `${path}.type`,
        'one of input_text, input_image, input_file, input_audio, output_text and refusal',
      )
  }
}

/** A chat model is told what a tool found as text. */
function outputOf(item: JsonObject, path: string): JsonValue {
  const { output } = item
  if (typeof output === 'string') return output
  if (!Array.isArray(output)) throw wrong(`${path}.output`, 'a string or a list of input_text parts')
  const list = listIn(item, 'output', path, 1, requestLimits.contentParts)
  return list.map((_, index) => {
    const part = entryOf(list, index, `${path}.output`)
    if (part.type !== 'input_text') throw wrong(`${path}.output[${index}].type`, 'input_text')
    return { type: 'text', text: textIn(part, 'text', `${path}.output[${index}]`) }
  })
}
