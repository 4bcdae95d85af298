import { describe, expect, it } from 'vitest'
import type { AnswerDelta, ChatEvent } from '../chat/chat-event.ts'
import type { JsonObject } from '../chat/json.ts'
import { detect } from '../personal-data/detect.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { longestForm } from './match-placeholder.ts'
import { codeOf } from './placeholder.ts'
import { redact } from './redact.ts'
import { answerRestorer } from './restore-answer.ts'
import { restorer, restoreText } from './restorer.ts'

const requestOf = (body: JsonObject) => readChatRequest({ model: 'auto', messages: [], ...body })
const say = (...contents: string[]) =>
  requestOf({ messages: contents.map((content) => ({ role: 'user', content })) })
const find = (text: string) => detect(text)
const textOf = (content: string) => redact(say(content), find).request.messages[0]!.text

const samples = [
  'Mail ann@example.com or call +44 20 7946 0958.',
  'card 4532686979246803, again 4532686979246803; and "bob@example.org"',
  '[ann@example.com] \\ann@example.com\\] [[+44 20 7946 0958]',
  'EMAIL_B2B [EMAIL_B2B] email b2b \\[email_b2b\\] ann@example.com',
  '12 Baker Street,\nNW1 6XE "London" \\ 👩‍👩‍👧 ann@example.com',
  'PERSON_ann@example.com_X ID IBAN DE89 3704 0044 0532 0130 00 [',
]

describe('what goes out', () => {
  it('holds none of the values, and the same value has the same placeholder everywhere', () => {
    const { request, key } = redact(say('I am ann@example.com', 'ann@example.com and bob@example.com'), find)
    const [first, second] = request.messages.map(({ text }) => text)
    expect(key.values.size).toBe(2)
    expect(JSON.stringify(request)).not.toMatch(/example\.com/)
    expect(second).toContain(/\[EMAIL_\w+\]/.exec(first!)![0])
  })

  it('is the same object where nothing was found', () => {
    const request = say('what is 17 * 23?')
    expect(redact(request, find).request).toBe(request)
  })

  it('a value found once is taken out wherever it stands as a word', () => {
    const named = (text: string) =>
      text.startsWith('Dear')
        ? [{ kind: 'person', detail: '', start: 5, end: 13, basis: 'learned' } as const]
        : []
    const { request } = redact(say('who is Anna Lee? Anna Leeds?', 'Dear Anna Lee'), named)
    expect(request.messages[0]!.text).toMatch(/^who is \[PERSON_\w+\]\? Anna Leeds\?$/)
  })

  it('reaches the parts of a message, tool calls inside their JSON, tools’ answers, user and metadata', () => {
    const { request } = redact(
      requestOf({
        user: 'ann@example.com',
        metadata: { who: 'bob@example.com' },
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'carl@example.com' },
              { type: 'image_url', image_url: { url: 'https://h.example/dan@example.com' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'c1',
                type: 'function',
                function: {
                  name: 'f',
                  arguments: '{"to":"eve@example.com","card":4532686979246803,"password":"hunter22","n":7}',
                },
              },
            ],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'sent to eve@example.com' },
        ],
      }),
      find,
    )
    const sent = JSON.stringify(request.body)
    for (const gone of ['ann@', 'bob@', 'carl@', 'eve@', '4532686979246803', 'hunter22'])
      expect(sent).not.toContain(gone)
    expect(sent).toContain('dan@example.com')
    const call = request.messages[1]!.toolCalls[0]!
    expect(call).toMatchObject({ id: 'c1', name: 'f' })
    expect(JSON.parse(call.arguments)).toMatchObject({ n: 7, to: expect.stringMatching(/^\[EMAIL_/) })
  })

  it('reaches the keys of what is called with and of metadata, and puts them back', () => {
    const said = '{"guests":{"eve@example.com":"comes","note":"early"}}'
    const called = { id: 'c1', type: 'function', function: { name: 'f', arguments: said } }
    const { request, key } = redact(
      requestOf({
        metadata: { 'bob@example.com': 'owner' },
        messages: [{ role: 'assistant', content: null, tool_calls: [called] }],
      }),
      find,
    )
    expect(JSON.stringify(request.body)).not.toMatch(/eve@|bob@/)
    const sent = request.messages[0]!.toolCalls[0]!.arguments
    expect(JSON.parse(sent)).toMatchObject({ guests: { note: 'early' } })
    expect(restoreText(key, sent, { within: 'json' })).toBe(said)
  })

  it('takes no code that the text holds already, in any spelling', () => {
    const first = codeOf(0)
    const text = `what does email ${first[0]}-${first[1]} ${first[2]} mean, ann@example.com?`
    expect(textOf(text)).not.toContain(`[EMAIL_${first}]`)
    expect(textOf('ann@example.com')).toBe(`[EMAIL_${first}]`)
  })

  it('three thousand codes differ, and no two neighbours share a character in its place', () => {
    expect(new Set(Array.from({ length: 12_000 }, (_, n) => codeOf(n))).size).toBe(12_000)
    for (let n = 1; n < 3200; n++) {
      const [a, b] = [codeOf(n - 1), codeOf(n)]
      expect(a[0] !== b[0]).toBe(true)
    }
  })
})

describe('what comes back', () => {
  it('redacted and restored is the text again, cut at any two places', () => {
    for (const sample of samples) {
      const { request, key } = redact(say(sample), find)
      const sent = request.messages[0]!.text
      expect(key.values.size).toBeGreaterThan(0)
      for (let i = 0; i <= sent.length; i++) {
        for (let j = i; j <= sent.length; j += 3) {
          const stream = restorer(key)
          const pieces = [sent.slice(0, i), sent.slice(i, j), sent.slice(j)].map((piece) =>
            stream.push(piece),
          )
          expect(pieces.join('') + stream.flush()).toBe(sample)
        }
      }
    }
  })

  it('redacted and restored is the text again, for drawn texts, one character at a time', () => {
    let state = 7
    const draw = (n: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 1
      return state % n
    }
    const bits = [
      'ann@example.com',
      '4532686979246803',
      '[',
      ']',
      '\\',
      ' ',
      '_',
      'EMAIL',
      'email_',
      'B2B',
      'CARD',
      '\n',
      '"',
      '10.20.30.40',
      'x',
      '👩',
    ]
    for (let round = 0; round < 400; round++) {
      const sample = Array.from({ length: 1 + draw(12) }, () => bits[draw(bits.length)]!).join('')
      const { request, key } = redact(say(sample), find)
      const stream = restorer(key)
      let back = ''
      for (const unit of request.messages[0]!.text.split('')) back += stream.push(unit)
      expect(back + stream.flush()).toBe(sample)
    }
  })

  const { request, key } = redact(say('write to ann@example.com'), find)
  const sent = /\[EMAIL_(\w+)\]/.exec(request.messages[0]!.text)!
  const code = sent[1]!

  it('also where the model changed case, spacing, brackets or escaped them', () => {
    for (const form of [
      `[email_${code.toLowerCase()}]`,
      `[Email_${code}]`,
      `[EMAIL ${code}]`,
      `[ EMAIL_${code} ]`,
      `[EMAIL-${code}]`,
      `[EMAIL\\_${code}]`,
      `\\[EMAIL\\_${code}\\]`,
      `EMAIL_${code}`,
      `email ${code.toLowerCase()}`,
      `[EMAIL_${code[0]} ${code.slice(1)}]`,
      `[EMAIL\n${code}]`,
    ]) {
      expect(restoreText(key, `to ${form}, now`)).toBe('to ann@example.com, now')
      for (let i = 0; i <= form.length; i++) {
        const stream = restorer(key)
        expect(
          stream.push(`to ${form.slice(0, i)}`) + stream.push(`${form.slice(i)}, now`) + stream.flush(),
        ).toBe('to ann@example.com, now')
      }
    }
  })

  it('and nothing else: another code, another label, a longer word, a part', () => {
    for (const text of [
      `EMAIL_${code}X`,
      `xEMAIL_${code}`,
      `[PHONE_${code}]`,
      'EMAIL_',
      `[EMAIL_${code.slice(0, 2)}]`,
      `[${code}]`,
      '[',
      '\\',
    ]) {
      expect(restoreText(key, text)).toBe(text)
    }
  })

  it('holds back no more than the longest form, whatever comes', () => {
    for (const unit of ['[', '[ ', 'E', 'EMAIL', 'EMAIL_', '[EMAIL ', '\\[', 'B', ' ', `${code[0]}`]) {
      const stream = restorer(key)
      let pushed = 0
      let out = 0
      for (let i = 0; i < 500; i++) {
        pushed += unit.length
        out += stream.push(unit).length
        expect(pushed - out).toBeLessThanOrEqual(longestForm + unit.length)
      }
    }
  })

  it('is escaped inside JSON', () => {
    const address = 'say "hi"\n\\ ann@example.com'
    const quoted = redact(say(address), (text) => [
      { kind: 'address', detail: '', start: 0, end: text.length, basis: 'form' },
    ])
    const placeholder = quoted.request.messages[0]!.text
    const restored = restoreText(quoted.key, JSON.stringify({ to: placeholder }), { within: 'json' })
    expect(JSON.parse(restored)).toEqual({ to: address })
  })

  it('TRUST 34: a megabyte of beginnings that never end is restored in linear time', () => {
    for (const unit of ['[EMAIL_', '[', 'EMAIL ', '\\', `[EMAIL_${code[0]}`, `[EMAIL_${code}]`]) {
      const ms = (chars: number): number => {
        const text = unit.repeat(chars / unit.length)
        const begun = cpuMs()
        restoreText(key, text)
        return cpuMs() - begun
      }
      expect(Math.min(ms(2 ** 20), ms(2 ** 20))).toBeLessThan(ms(2 ** 18) * 10 + 100)
    }
  })
})

describe('the events of an answer', () => {
  const { request, key } = redact(say('write to ann@example.com'), find)
  const placeholder = /\[EMAIL_\w+\]/.exec(request.messages[0]!.text)![0]
  const delta = (
    index: number,
    text: string,
    args: string,
    finishReason: 'stop' | null = null,
  ): AnswerDelta => ({
    type: 'answer-delta',
    choices: [
      {
        index,
        text,
        toolCalls: args === '' ? [] : [{ index: 0, id: null, name: null, arguments: args }],
        finishReason,
        logprobs: [],
      },
    ],
    usage: null,
    wire: '{"raw":true}',
  })

  it('each choice and each tool call is restored by itself, and the end lets go what was held', () => {
    const back = answerRestorer(key)
    const half = placeholder.slice(0, 5)
    const rest = placeholder.slice(5)
    const events = [
      delta(0, half, `{"to":"${half}`),
      delta(1, 'a [', ''),
      delta(0, rest, `${rest}"}`),
      delta(1, '', '', 'stop'),
      delta(0, '', '', 'stop'),
    ].map((event) => back.restore(event) as AnswerDelta)
    const textOfChoice = (index: number) =>
      events
        .flatMap(({ choices }) => choices.filter((choice) => choice.index === index).map(({ text }) => text))
        .join('')
    const args = events.flatMap(({ choices }) =>
      choices.flatMap(({ toolCalls }) => toolCalls.map((call) => call.arguments)),
    )
    expect(textOfChoice(0)).toBe('ann@example.com')
    expect(textOfChoice(1)).toBe('a [')
    expect(args.join('')).toBe('{"to":"ann@example.com"}')
    expect(events.every(({ wire }) => wire === null)).toBe(true)
    expect(back.flush()).toBeNull()
  })

  it('an answer that ends without saying so gives what was held when it is asked', () => {
    const back = answerRestorer(key)
    back.restore(delta(0, 'see [EMA', ''))
    expect(back.flush()?.choices[0]?.text).toBe('[EMA')
  })

  it('a whole answer is restored as one, and left as it came where nothing was redacted', () => {
    const whole: ChatEvent = {
      type: 'answer-whole',
      choices: [
        {
          index: 0,
          text: `to ${placeholder}`,
          toolCalls: [{ id: 'c', name: 'f', arguments: `{"to":"${placeholder}"}` }],
          finishReason: 'stop',
          logprobs: [],
        },
      ],
      usage: null,
      wire: '{}',
    }
    const restored = answerRestorer(key).restore(whole)
    expect(restored.choices[0]).toMatchObject({
      text: 'to ann@example.com',
      toolCalls: [{ arguments: '{"to":"ann@example.com"}' }],
    })
    expect(answerRestorer({ values: new Map() }).restore(whole)).toBe(whole)
  })
})

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
