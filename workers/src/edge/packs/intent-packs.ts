/**
 * Answers out of an operator's intent packs: each tenant by its own, and nobody by another's.
 *
 * Packs are read when the gateway is set up, and a file that is no pack is refused there. They stay in the isolate's memory, bounded
 * all together; the tables are views of the bytes that were given, not copies.
 *
 * @example
 * import support from './support.pack.onnx.bin'
 * app.use('/v1/*', nearside({ edge: [arithmetic, intentPacks([{ tenants: ['acme'], bytes: support }])], … }))
 */
import {
  type ChatRequest,
  type IntentPack,
  judgeFollowUp,
  judgeQuestion,
  NearsideError,
  readIntentPack,
} from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { type Asked, askedOf } from './asked.ts'

export type GivenPack = {
  /** Whose questions it answers, or `'*'` for everybody's. */
  readonly tenants: readonly string[] | '*'
  /** The file that `nearside pack build` wrote. It may not be changed any more. */
  readonly bytes: ArrayBuffer | Uint8Array
}

/** Of the memory that an isolate has for what it keeps. */
const mostBytes = 24 * 1024 * 1024

export function intentPacks(given: readonly GivenPack[]): EdgeAnswerer {
  const { byTenant, everybodys } = readAll(given)
  return {
    name: 'intent-packs',
    offer(request, asker) {
      // Without the asker nobody knows whose packs may speak, nor whether they are in force.
      if (asker === undefined) return null
      const { account, at } = asker
      const packs = byTenant.get(account.tenant) ?? everybodys
      for (const pack of packs) {
        const answer = answerOf(pack, request, at)
        if (answer !== null)
          return {
            answerer: `intent-pack:${pack.card.name}`,
            text: answer.text,
            confidence: answer.confidence,
          }
      }
      return null
    },
  }
}

function answerOf(pack: IntentPack, request: ChatRequest, at: number): ReturnType<typeof judgeQuestion> {
  const asked: Asked | null = askedOf(request, pack.card.systemPrompts)
  if (asked === null) return null
  return asked.before === null
    ? judgeQuestion(pack, asked.question, at)
    : judgeFollowUp(pack, { ...asked.before, followUp: asked.question }, at)
}

type Packs = {
  readonly byTenant: ReadonlyMap<string, readonly IntentPack[]>
  readonly everybodys: readonly IntentPack[]
}

/** A tenant's own packs come before everybody's, and among themselves in the operator's order. */
function readAll(given: readonly GivenPack[]): Packs {
  if (!Array.isArray(given)) throw wrong('intentPacks', 'is a list of packs')
  let left = mostBytes
  const read = given.map((each, index) => {
    const at = `intentPacks[${index}]`
    const { tenants, bytes } = each
    checkTenants(tenants, `${at}.tenants`)
    if (!(bytes instanceof ArrayBuffer || bytes instanceof Uint8Array))
      throw wrong(`${at}.bytes`, 'is the file that `nearside pack build` wrote, as ArrayBuffer or Uint8Array')
    left -= bytes.byteLength
    if (left < 0)
      throw wrong(`${at}.bytes`, `is too much: all packs together have ${mostBytes / 1024 / 1024} MiB`)
    return { tenants, pack: readIntentPack(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)) }
  })
  const everybodys = read.flatMap(({ tenants, pack }) => (tenants === '*' ? [pack] : []))
  const byTenant = new Map<string, IntentPack[]>()
  for (const { tenants, pack } of read) {
    if (tenants === '*') continue
    for (const tenant of tenants) byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), pack])
  }
  for (const packs of byTenant.values()) packs.push(...everybodys)
  return { byTenant, everybodys }
}

function checkTenants(tenants: GivenPack['tenants'], path: string): void {
  if (tenants === '*') return
  const isNamed = (name: unknown): boolean => typeof name === 'string' && name !== '' && name !== '*'
  if (!Array.isArray(tenants) || tenants.length === 0 || !tenants.every(isNamed))
    throw wrong(path, "is a list of tenants, or '*' for all of them")
}

function wrong(path: string, says: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${says}.`, { param: path })
}
