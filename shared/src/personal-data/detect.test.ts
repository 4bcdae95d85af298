import { describe, expect, it } from 'vitest'
import { detect } from './detect.ts'
import { levelOf } from './level-of.ts'
import { normalise } from './normalise.ts'

const found = (text: string) => detect(text).map(({ kind, start, end }) => [kind, text.slice(start, end)])

describe('what has a form of its own', () => {
  it('is an e-mail address, in any script, without what stands around it', () => {
    expect(found('write to <a.b+c@example.co.uk>.')).toEqual([['email', 'a.b+c@example.co.uk']])
    expect(found('我的邮箱是zhang@qq.com。')).toEqual([['email', 'zhang@qq.com']])
    expect(found('почта иван@пример.рф')).toEqual([['email', 'иван@пример.рф']])
    for (const text of ['@user', 'a@b', 'a@b..com', 'x@1.2', '@@@@', 'user@localhost'])
      expect(found(text)).toEqual([])
  })

  it('is a telephone number, international, national, or beside a word', () => {
    expect(found('+44 20 7946 0958, (212) 555-0134 x99')).toEqual([
      ['phone', '+44 20 7946 0958'],
      ['phone', '(212) 555-0134 x99'],
    ])
    expect(found('mon numéro 06 12 34 56 78')).toEqual([['phone', '06 12 34 56 78']])
    expect(found('call me: 78 651 450')).toEqual([['phone', '78 651 450']])
    expect(found('we made 78 651 450 of them in 2019-2020')).toEqual([])
  })

  it('is a machine’s address, unless it is everybody’s or a version', () => {
    expect(found('from 203.0.113.77 and 2001:db8::ff00:42:8329')).toEqual([
      ['ip-address', '203.0.113.77'],
      ['ip-address', '2001:db8::ff00:42:8329'],
    ])
    expect(found('mac 00:1B:44:11:3A:B7')).toEqual([['device-id', '00:1B:44:11:3A:B7']])
    for (const text of [
      '127.0.0.1',
      '::1',
      'version 12.34.56.78',
      '1.2.3.4',
      '999.1.1.1',
      '12:30:45',
      'a::b',
    ]) {
      expect(found(text)).toEqual([])
    }
  })

  it('is a key with its issuer’s prefix, a token, a private key', () => {
    expect(found(`use ghp_${'a1B2'.repeat(9)}, ok`)).toEqual([['secret', `ghp_${'a1B2'.repeat(9)}`]])
    expect(found(`AKIA${'ABCDEFGH'.repeat(2)}`)).toEqual([['secret', `AKIA${'ABCDEFGH'.repeat(2)}`]])
    expect(found('Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln')).toEqual([
      ['secret', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
    ])
    const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----'
    expect(found(`here: ${key} there`)).toEqual([['private-key', key]])
    expect(found('cut: -----BEGIN PRIVATE KEY-----\nMHcCAQEE')[0]?.[0]).toBe('private-key')
  })

  it('is a secret beside the word for it, and not the sentence about secrets', () => {
    expect(found('my password is hunter2!')).toEqual([['secret', 'hunter2!']])
    expect(found('API_KEY="q8Zt-41xx-Lm"')).toEqual([['secret', 'q8Zt-41xx-Lm']])
    for (const text of [
      'the password is required',
      'password: string',
      'token = getToken()',
      'secret=process.env.SECRET1',
      'a token limit of 4096',
      'api key: $API_KEY_1',
    ]) {
      expect(found(text)).toEqual([])
    }
  })

  it('is the user and password of a URL', () => {
    expect(found('postgres://bob:s3cret@db.example.com/x')).toEqual([['url-credentials', 'bob:s3cret']])
    expect(found('https://h.example/?api_key=abcdef123456&x=1')).toEqual([
      ['url-credentials', 'abcdef123456'],
    ])
    expect(found('https://example.com/a@b')).toEqual([])
  })

  it('is a date beside birth, and an age', () => {
    expect(found('born on 12/03/1984 in May')).toEqual([['birth-date', '12/03/1984']])
    expect(found('né le 3 mars 1984')).toEqual([['birth-date', '3 mars 1984']])
    expect(found('the meeting on 12/03/2024')).toEqual([])
    expect(found('she is 47 years old')).toEqual([['age', '47']])
  })

  it('is an address: street, post box, town with its code', () => {
    expect(found('I live at 12 Baker Street.')).toEqual([['address', '12 Baker Street']])
    expect(found('Hauptstraße 12 in Bonn')).toEqual([['address', 'Hauptstraße 12']])
    expect(found('to NW1 6XE please')).toEqual([['address', 'NW1 6XE']])
    expect(found('my zip code is 51859')).toEqual([['address', '51859']])
  })

  it('is a document’s number beside its name', () => {
    expect(found('passport no. C01X00T47')).toEqual([['passport', 'C01X00T47']])
    expect(found("driver's license: D1234567")).toEqual([['driver-licence', 'D1234567']])
    expect(found('my passport to be ready')).toEqual([])
  })

  it('is a person’s name behind a title or the words for it, each of several', () => {
    expect(found('ask Dr. Ada King van der Berg, please')).toEqual([['person', 'Ada King van der Berg']])
    expect(found('My name is Ada Lovelace. My name is Bob.')).toEqual([
      ['person', 'Ada Lovelace'],
      ['person', 'Bob'],
    ])
    expect(found('customer name: Ann Lee customer name: Max')).toEqual([
      ['person', 'Ann Lee'],
      ['person', 'Max'],
    ])
    for (const text of ['my name is not on the list', 'name: string', 'please call me back']) {
      expect(found(text)).toEqual([])
    }
  })
})

describe('what holds of every finding', () => {
  const text =
    'Card 4532686979246803, mail ann@example.com, 10.20.30.40, DE89370400440532013000, 12 Baker Street NW1 6XE'

  it('findings come in order and do not overlap', () => {
    const findings = detect(text)
    expect(findings.length).toBeGreaterThan(4)
    for (let i = 1; i < findings.length; i++) {
      expect(findings[i]!.start).toBeGreaterThanOrEqual(findings[i - 1]!.end)
    }
  })

  it('the stronger finding has the characters, and the weaker keeps what is left on both sides', () => {
    const learned = () => [{ kind: 'person', detail: 'name', start: 0, end: 40, basis: 'learned' } as const]
    const sample = 'Ann Lee, card 4532686979246803, and more words'
    const pieces = detect(sample, learned).map(({ kind, start, end }) => [kind, sample.slice(start, end)])
    expect(pieces).toEqual([
      ['person', 'Ann Lee, card'],
      ['card', '4532686979246803'],
      ['person', 'and more'],
    ])
  })

  it('the level is the strictest that a rule gives; without findings a text is public', () => {
    expect(levelOf([])).toBe('public')
    expect(levelOf(detect('mail ann@example.com'))).toBe('sensitive')
    expect(levelOf(detect(text))).toBe('contractual')
    expect(levelOf(detect(text), { card: 'public', email: 'never-leave' })).toBe('never-leave')
  })

  it('TRUST 26: empty text, binary noise, lone surrogates and emoji are read without a fault', () => {
    const noise = Array.from({ length: 4096 }, (_, i) => String.fromCharCode((i * 40_503) & 0xffff)).join('')
    for (const odd of ['', '\0', '\ud835', '\udfce', '👩‍👩‍👧 4', noise]) {
      expect(normalise(odd)).toHaveLength(odd.length)
      for (const { start, end } of detect(odd)) expect(end).toBeGreaterThan(start)
    }
  })
})

it.each([
  ['ip-address', '10.2.3.4 '],
  ['person', 'Dr. Ada Lovelace, '],
  ['person', 'my name is Ada Lovelace, '],
  ['person', '我叫王小明。'],
] as const)(
  'TRUST 34: finds what stands there a hundred thousand times, however long the list (%s)',
  (kind, unit) => {
    const times = 140_000
    const found = detect(unit.repeat(times))
    expect(found).toHaveLength(times)
    expect(found.at(-1)?.kind).toBe(kind)
  },
)
