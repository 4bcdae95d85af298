import { describe, expect, it } from 'vitest'
import type { ChatEvent } from '../chat/chat-event.ts'
import { detect } from '../personal-data/detect.ts'
import type { Detector } from '../personal-data/finding.ts'
import { answerRestorer } from '../redaction/restore-answer.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { inspect, type Senses, type Voices } from './inspect.ts'
import { type PrivacySettings, resolvePrivacyRules } from './privacy-rules.ts'

const mail = 'ada.lovelace@example.org'
const senses: Senses = { find: (text) => detect(text), judge: null }
const silent: Voices = { account: null, header: null }

const inspected = (content: unknown, settings: PrivacySettings, voices = silent, own = senses) =>
  inspect(
    readChatRequest({ model: 'auto', messages: [{ role: 'user', content: content as string }] }),
    resolvePrivacyRules(settings).rules,
    voices,
    own,
  )

describe('looking a request through', () => {
  it('looks at nothing that no rule asks for', () => {
    const find: Detector = () => {
      throw new Error('asked')
    }
    const seen = inspected(mail, {}, silent, { find, judge: null })
    expect(seen).toMatchObject({ level: 'public', found: {}, unread: null, redaction: null })
  })

  it('looks for what is to be redacted where the level was told, and finds no level in it', () => {
    const seen = inspected(mail, { redact: true }, { account: null, header: 'sensitive' })
    expect(seen).toMatchObject({ level: 'sensitive', from: { found: 'public' }, found: { email: 1 } })
    expect(seen.redaction?.key.values.size).toBe(1)
  })

  it('leaves a kind alone that the rules call public', () => {
    const seen = inspected(`${mail} 4111 1111 1111 1111`, { detect: { email: 'public', card: 'sensitive' } })
    expect(seen).toMatchObject({ level: 'sensitive', found: { card: 1 } })
    expect(JSON.stringify(seen.redaction?.request.body)).toContain(mail)
  })

  it('counts a learned finding by the rule for those, and no other', () => {
    const find: Detector = (text) => [
      { kind: 'person', detail: 'learned', start: 0, end: text.length, basis: 'learned' },
    ]
    const own = { find, judge: null }
    expect(inspected('Ada', { learned: { level: 'contractual' } }, silent, own).level).toBe('contractual')
    expect(inspected('Ada', { detect: true }, silent, own).level).toBe('public')
  })

  it('confines what it cannot redact, and says why', () => {
    const image = [
      { type: 'text', text: mail },
      { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
    ]
    expect(inspected(image, { detect: true }).confined).toBe('not-redactable')
    expect(inspected(image, { detect: true, redact: false }).confined).toBeNull()
    expect(inspected(mail, { detect: true, redact: 'refuse' }).confined).toBe('rules-refuse')
    const long = `${mail} ${'word '.repeat(100)}`
    expect(inspected(long, { detect: true, readCharacters: 100, whenUnsure: 'sensitive' })).toMatchObject({
      level: 'sensitive',
      unread: 'too-long',
      confined: 'not-read',
      redaction: null,
    })
  })

  it('never becomes freer because a detector fails', () => {
    const find: Detector = () => {
      throw new Error('broken')
    }
    for (const header of ['never-leave', 'contractual', 'sensitive', 'public'] as const) {
      const seen = inspected(
        mail,
        { detect: true, whenUnsure: 'public' },
        { account: null, header },
        { find, judge: null },
      )
      expect(seen).toMatchObject({ level: header, unread: 'detector-failed' })
      if (header === 'sensitive') expect(seen.confined).toBe('not-read')
    }
  })
})

/** Numbers of a linear congruence: the same texts in every run. */
function drawer(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('what is taken out comes back', () => {
  const values = [
    mail,
    'grace@navy.example',
    '+44 20 7946 0958',
    'DE89370400440532013000',
    '192.168.17.4',
    '4111 1111 1111 1111',
  ]
  const words = [
    'and',
    'the',
    '"quoted"',
    '[brackets]',
    'EMAIL_',
    '\\',
    'line\nbreak',
    '🙂',
    'Ünïcode',
    '[EMAIL_B2B]',
    '{"a":1}',
  ]

  it('whatever the text and however the answer is cut, in 300 texts', () => {
    const { rules } = resolvePrivacyRules({ detect: { card: 'sensitive' } })
    for (let seed = 1; seed <= 300; seed++) {
      const draw = drawer(seed)
      const parts = Array.from({ length: 1 + draw(20) }, () =>
        draw(3) === 0 ? values[draw(values.length)]! : words[draw(words.length)]!,
      )
      const text = parts.join(' ')
      const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: text }] })
      const { redaction } = inspect(request, rules, silent, senses)
      if (redaction === null) continue
      const sent = redaction.request.messages[0]!.text
      for (const value of values) expect(sent.includes(value), `${seed}: ${sent}`).toBe(false)
      const restorer = answerRestorer(redaction.key)
      let said = ''
      const heard = (event: ChatEvent | null): void => {
        for (const choice of event?.choices ?? []) said += choice.text
      }
      for (let at = 0; at < sent.length; ) {
        const to = at + 1 + draw(4)
        heard(restorer.restore(delta(sent.slice(at, to))))
        at = to
      }
      heard(restorer.flush())
      expect(said).toBe(text)
    }
  })
})

function delta(text: string): ChatEvent {
  const choice = { index: 0, text, toolCalls: [], finishReason: null, logprobs: [] }
  return { type: 'answer-delta', choices: [choice], usage: null, wire: null }
}
