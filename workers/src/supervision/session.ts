/**
 * A session as one request sees it: found by what the caller sent back, opened, and saved where nobody else has saved it
 * meanwhile.
 *
 * The caller sends it back in a header, or without knowing it in the ids of its tool calls. A token is a number drawn at
 * random with a tag that only this gateway can make for this tenant, so that nobody joins a session by guessing, and no
 * store is asked about ids that other models made.
 */
import {
  isSessionToken,
  openState,
  readState,
  type SupervisedStrategy,
  type SupervisionState,
  sessionsIn,
  writeState,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Seal } from '../replay/seal.ts'
import { within } from '../within/within.ts'
import type { SessionStore } from './session-store.ts'

export type Session = {
  readonly token: string
  /** Nothing was kept of it. */
  readonly isNew: boolean
  /** Names this turn's conversation. */
  readonly turnName: string
  /** As it was kept. */
  readonly state: SupervisionState
  /** False where another request was there first. */
  save(state: SupervisionState): Promise<boolean>
}

export type Keeping = {
  readonly store: SessionStore
  /** The newest first: a session goes on under the one that it began with. */
  readonly seals: readonly ((tenant: string) => Promise<Seal>)[]
  readonly keepMs: number
  readonly storeMs: number
}

/** Throws where the store does not answer. */
export async function openSession(
  { account: { tenant }, request, sessionId }: Pick<Call, 'account' | 'request' | 'sessionId'>,
  strategy: SupervisedStrategy,
  { store, seals, keepMs, storeMs }: Keeping,
): Promise<Session> {
  const given = [...(sessionId === undefined ? [] : [sessionId]), ...sessionsIn(request.messages)]
  const known = await firstOwn(given, await Promise.all(seals.map((sealOf) => sealOf(tenant))))
  const seal = known?.seal ?? (await seals[0]!(tenant))
  const token = known?.token ?? (await newToken(seal))
  const name = await seal.name(`supervised session ${token}`)
  const kept = known === null ? null : await within(() => store.load(tenant, name), storeMs)
  // What cannot be opened is replaced: a session that never could be saved again would stay without a supervisor.
  const text = kept === null ? null : await seal.open(name, kept.sealed).catch(() => '')
  const found = text === null ? null : readState(text, strategy)
  let revision = kept?.revision ?? 0
  return {
    token,
    isNew: found === null,
    turnName: await seal.digest(`supervised turn ${JSON.stringify(request.body.messages)}`),
    state: found ?? openState(strategy),
    async save(state) {
      const sealed = await seal.close(name, writeState(state))
      const next = { revision: revision + 1, sealed }
      if (!(await within(() => store.save(tenant, name, next, keepMs), storeMs))) return false
      revision = next.revision
      return true
    },
  }
}

const idLength = 16

type Own = { readonly token: string; readonly seal: Seal }

async function firstOwn(tokens: readonly string[], seals: readonly Seal[]): Promise<Own | null> {
  for (const token of tokens.filter(isSessionToken)) {
    const id = token.slice(0, idLength)
    for (const seal of seals) {
      if (token === `${id}${await tagOf(id, seal)}`) return { token, seal }
    }
  }
  return null
}

async function newToken(seal: Seal): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  const id = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
  return `${id}${await tagOf(id, seal)}`
}

async function tagOf(id: string, seal: Seal): Promise<string> {
  return (await seal.digest(`supervised session ${id}`)).slice(0, 14)
}
