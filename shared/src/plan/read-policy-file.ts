/**
 * An operator's policy as text: JSON, with the fields of `Policy`; what is left out has its default.
 *
 *     { "frontierFrom": 0.3, "tasks": { "code": { "frontierFrom": 0.1 } }, "whenFrontierDown": "refuse" }
 *
 * What is wrong is refused with its path: a misspelt rule would be one that its owner believes in.
 */
import { wrong } from './check.ts'
import { type GivenPolicy, resolvePolicy } from './policy.ts'

/** What the text says and no more, so that it can stand over other settings; it is checked as a whole policy. */
export function readPolicyFile(text: string, path = 'policy'): GivenPolicy {
  let data: GivenPolicy
  try {
    data = JSON.parse(text)
  } catch (cause) {
    throw wrong(path, `is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  resolvePolicy(data, path)
  return data
}
