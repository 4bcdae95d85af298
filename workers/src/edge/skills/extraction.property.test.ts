import { expect, it } from 'vitest'
import { pick, type Random, trial } from '../trial.testing.ts'
import { text } from './text.ts'

/** What is put into a text is what must come out of it: nothing is searched for. */
const around = 'ana wrote in spring that grace and bob went to see the river near Genoa; it was cold'.split(
  ' ',
)
const names = 'ana bob.carla j_doe x+tag grace-h A.B.C r2d2'.split(' ')
const hosts = 'example.org mail.example.co.uk a-b.io x1.museum sub.domain.example.com'.split(' ')
const paths = ['', '/', '/a/b', '/a?b=1&c=2', '/~ana/index.html#top', '/a_b-c.d', ':8080/x']

function woven(random: Random, items: readonly string[]): string {
  const parts: string[] = []
  for (const item of items) {
    for (let i = random(3) + 1; i > 0; i--) parts.push(pick(random, around))
    parts.push(item)
  }
  return [...parts, pick(random, around)].join(' ')
}

const kinds = {
  emails: (random: Random) => `${pick(random, names)}${random(90)}@${pick(random, hosts)}`,
  urls: (random: Random) =>
    `${pick(random, ['https', 'http'])}://${pick(random, hosts)}${pick(random, paths)}`,
  numbers: (random: Random) => String(random(1_000_000)),
  dates: (random: Random) =>
    `${1800 + random(700)}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`,
} as const
type Kind = keyof typeof kinds

/** What may be meant as well, is a broken one, or is one of another kind that looks like it. */
const doubtful: Readonly<Record<Kind, readonly string[]>> = {
  emails: [
    'pkg@1.2.3',
    'a..b@x.org',
    '.a@x.org',
    'a@b@c.org',
    'jürgen@x.de',
    'a@x',
    'a@-x.org',
    'user@[127.0.0.1]',
    '@ana',
    'mailto:a@x.org',
    'a@x.org|b@x.org',
    'a@x.c',
  ],
  urls: [
    'www.example.org',
    'example.dev',
    'https://a.org).',
    'https://a.org/x…',
    'ftp://a.org',
    'http://ü.de',
    'https://a.org,https://b.org',
    'git+ssh://a',
    'https://user@a.org',
    'see:https://a.org',
  ],
  numbers: [
    '1,000',
    '3.5',
    '-7',
    '50%',
    '1e5',
    '٣',
    '½',
    'x²',
    '12th',
    '2024-01-05',
    'seven',
    'twenty',
    'zero',
    'once',
    'hundreds',
    'a quarter',
    '555-1234',
    '007.',
    '3rd',
  ],
  dates: [
    '2024-02-30',
    '2023-02-29',
    '03/04/2024',
    '1.2.2024',
    '2024-1-5',
    'tomorrow',
    'May',
    'Monday',
    '12',
    '1700-01-01',
    '20240105',
    '2024-01-05T10:00',
    'yesterday',
  ],
}
const asks: Readonly<Record<Kind, readonly string[]>> = {
  emails: [
    'extract all email addresses from {x}',
    'Extract the e-mails from this text: {x}',
    'please extract emails in {x}',
  ],
  urls: ['extract all URLs from {x}', 'Extract the links from the following text: {x}'],
  numbers: ['extract all numbers from {x}', 'extract the numbers in this sentence: {x}'],
  dates: ['Extract the dates from {x}', 'extract all of the dates from the following text: {x}'],
}

it.each(Object.keys(kinds) as Kind[])(
  'extracts the %s that were put into a text, and none beside what may be one',
  (kind) => {
    const { wrong, answeredShare } = trial(text, (random) => {
      const items = [...new Set(Array.from({ length: 1 + random(5) }, () => kinds[kind](random)))]
      const isDoubtful = random(2) === 0
      const given = woven(random, isDoubtful ? [...items, pick(random, doubtful[kind])].sort() : items)
      const ask = pick(random, asks[kind])
      const [open, close] = pick(random, [
        ['"', '"'],
        ['“', '”'],
        ['\n```\n', '\n```'],
      ] as const)
      const lines = open === '"' || open === '“' ? given : given.replaceAll(' and ', '\n')
      return {
        question: ask.replace(open.startsWith('\n') ? / ?\{x\}$/ : '{x}', `${open}${lines}${close}`),
        answer: isDoubtful ? null : items.join('\n'),
      }
    })
    expect(wrong).toEqual([])
    expect(answeredShare).toBeGreaterThan(0.95)
  },
)

it('extracts nothing from a text that names one thing twice', () => {
  const { wrong } = trial(text, (random) => {
    const kind = pick(random, Object.keys(kinds) as Kind[])
    const item = kinds[kind](random)
    return {
      question: pick(random, asks[kind]).replace('{x}', `"${woven(random, [item, item])}"`),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
