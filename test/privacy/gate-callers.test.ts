/**
 * Each place in the gateway's source that sends something out or writes to a store, by its file: a new one is a failing
 * test until it passes the gate, or says here what it sends that is no text.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../workers/src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .toSorted()
const codeOf = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const having = (pattern: RegExp): readonly string[] => files.filter((path) => pattern.test(codeOf(path)))

const passes = /\b(?:passGate|mayGo|mayKeep|mayJudge|mayTell)\(/

describe('what goes out of the gateway', () => {
  it('TRUST 25: is sent by these files alone', () => {
    // A call of the platform's fetch, of the host's (`send`), or of a binding's.
    expect(having(/(?<![.\w])(?:fetch|send)\(|\.(?:fetch|send|sendBatch|writeDataPoint)\(/)).toEqual([
      // A soft cap that was passed: amounts and names of accounts.
      'alerts/soft-cap-alerts.ts',
      // Caps, the first of many and keys' records: an operator's own, of accounts and no request.
      'budget/cap-directory.ts',
      'budget/first-once.ts',
      // The REST of a Redis, for whoever is let through to a store.
      'budget/redis-scripts.ts',
      // A look at how busy a node is: no request is in it.
      'fleet/look-at.ts',
      // A near answer for the operator's own queue: sealed, and of texts that a judge may have.
      'judging/judge-later.ts',
      'keys/redis-key-directory.ts',
      // Where the option `fetch` is made.
      'options/resolve-options.ts',
      // Records as points and spans, which hold no text.
      'telemetry/analytics.ts',
      'telemetry/otlp.ts',
      // Every upstream, for chats and embeddings alike.
      'tiers/openai-compatible.ts',
    ])
  })

  it('TRUST 25: passes the gate in the file that sends a text or an account’s doings', () => {
    for (const path of [
      'alerts/soft-cap-alerts.ts',
      'fleet/look-at.ts',
      'judging/judge-later.ts',
      'telemetry/analytics.ts',
      'telemetry/otlp.ts',
      'tiers/openai-compatible.ts',
    ]) {
      expect(passes.test(codeOf(path)), path).toBe(true)
    }
  })

  it('TRUST 25: is the text that the gate’s zone may have, in the one place where a body for an upstream is made', () => {
    // The judge's own questions are made of a text that was asked about before it was kept for them.
    expect(having(/speech\.body\(/)).toEqual(['judging/ask-judge.ts', 'run/attempt.ts'])
    expect(codeOf('judging/sample.ts')).toMatch(/mayJudge\(/)
    expect(codeOf('run/attempt.ts')).toMatch(/requestFor\(call, target\.zone\)[\s\S]*speech\.body\(request,/)
    expect(having(/askUpstream\(/)).toEqual([
      'judging/ask-judge.ts',
      'run/attempt.ts',
      'tiers/openai-compatible.ts',
    ])
  })
})

describe('what is written to a store', () => {
  it('TRUST 25: is written by these files alone, each behind the gate', () => {
    const writers = having(
      /\bstore\s*\.\s*(?:begin|keep|giveUp|save|remove|reserve|settle|release|renew|put|set|add|insert|write)\(/,
    )
    expect(writers).toEqual([
      // How often an account's answers were forgotten, and the shelf of both caches, which ask before they hand anything to it.
      'cache/generations.ts',
      'cache/shelf.ts',
      'conversation/kept-responses.ts',
      'idempotency/open-replays.ts',
      'ledger/store-guard.ts',
      // What a judge found, as counts, where the request may be told of at all.
      'quality/shared-verdicts.ts',
      // A supervised session, for the turn that asked first whether its text may be kept there.
      'supervision/session.ts',
    ])
    expect(having(/openShelf\(/)).toEqual([
      'cache/exact-cache.ts',
      'cache/semantic-cache.ts',
      'cache/shelf.ts',
    ])
    expect(codeOf('cache/answer-cache.ts')).toMatch(/layer\.mayKeep\(privacy\)/)
    expect(having(/\{[^}]*\bopenSession\b[^}]*\} from '\.\/session\.ts'/)).toEqual(['supervision/turn.ts'])
    const asking = writers.filter((path) => !/^(?:cache|supervision)\//.test(path))
    for (const path of [...asking, 'cache/answer-cache.ts', 'supervision/turn.ts'])
      expect(passes.test(codeOf(path)), path).toBe(true)
  })

  it('TRUST 25: is kept for a next turn only after what was found in the text was asked', () => {
    const code = codeOf('responses/answer-responses.ts')
    expect(code).toMatch(/guard\.inspect\([\s\S]*kept\.mayKeep\(/)
    const savers = having(/\.save\(/).filter((path) => !/^(?:cache|supervision)\//.test(path))
    expect(savers).toEqual(['conversation/kept-responses.ts', 'responses/answer-responses.ts'])
  })

  it('knows a place that does not ask when it sees one', () => {
    expect(passes.test('await store.save(tenant, text)')).toBe(false)
    expect(passes.test('passGate(privacy, zone)')).toBe(true)
  })
})
