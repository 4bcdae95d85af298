/** The text of an answer's content, which a few upstreams send in parts. */
import type { JsonValue } from '../chat/json.ts'
import { isJsonObject, listOf, stringOf } from './json-object.ts'

export function contentText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => (isJsonObject(part) ? (stringOf(part.text) ?? '') : ''))
    .join('')
}
