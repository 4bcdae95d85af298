import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { type Case, digits, pick, type Random, trial } from '../trial.testing.ts'
import { text } from './text.ts'

const words =
  'apple river stone crème Straße naïve ŁÓDŹ café 👍🏽 𝒜 你好 שלום e\u0301 100% a&b=c ü+ö tab x/y ~ ? # @'.split(
    ' ',
  )

/** What a quoted text may hold: no quotes, and no backslash, which may be a sign for something else. */
function drawText(random: Random): string {
  const text = Array.from({ length: 1 + random(9) }, () => pick(random, words)).join(' ')
  return random(40) === 0 ? text.repeat(20 + random(200)) : text
}
const fenced = (given: string): string => `\n\`\`\`\n${given}\n\`\`\``

/** RFC 3986: what is not unreserved is written byte by byte. */
function percent(given: string): string {
  let out = ''
  for (const byte of Buffer.from(given, 'utf8')) {
    const char = String.fromCharCode(byte)
    out += /[a-zA-Z0-9._~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

function drawCode(random: Random): Case {
  const given = drawText(random)
  const lines = `${given}\n${random(2) === 0 ? '\t' : ''}${drawText(random)}${random(2) === 0 ? '\r' : ''}\nend`
  const [base64, linesBase64] = [Buffer.from(given).toString('base64'), Buffer.from(lines).toString('base64')]
  const bytes = Buffer.from(Array.from({ length: 1 + random(12) }, () => random(256)))
  const decoded = bytes.toString('utf8')
  const isText = Buffer.from(decoded).equals(bytes) && !/[^\P{Cc}\n\t]/u.test(decoded)
  const sha256 = (of: string): string => createHash('sha256').update(of).digest('hex')
  const [question, answer, claimed = true] = pick<readonly [string, string | null, boolean?]>(random, [
    [`base64 encode "${given}"`, base64],
    [`Base64-encode the following text:${fenced(lines)}`, linesBase64],
    [`encode “${given}” as base64`, base64],
    [`What is "${given}" in base64?`, base64],
    [`base64 decode "${base64}"`, given],
    [`Decode this base64: ${base64}`, given],
    [`base64 decode the string "${linesBase64}"`, lines.includes('\r') ? null : lines],
    [`base64 decode "${bytes.toString('base64')}"`, isText ? decoded : null, false],
    [`base64 decode "${base64.slice(0, -1)}"`, null],
    [`base64 decode "${base64.slice(0, 2)}-${base64.slice(3)}"`, null],
    [`URL encode "${given}"`, percent(given)],
    [`percent-encode “${given}”`, percent(given)],
    [`url decode "${percent(given)}"`, percent(given) === given ? null : given],
    [`url decode "${percent(given).toLowerCase()}"`, percent(given) === given ? null : decodeLower(given)],
    [`sha256 of "${given}"`, sha256(given), given.length <= 10_000],
    [
      `Compute the SHA-256 digest of the following text:${fenced(lines)}`,
      sha256(lines),
      lines.length <= 10_000,
    ],
  ])
  return { question, answer, claimed }
}

/** Lower-casing the whole also lower-cases the letters that stand for themselves. */
const decodeLower = (given: string): string =>
  given.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))

it('encodes, decodes and digests as the host does, whatever the script and the lines', () => {
  const { wrong, answeredShare } = trial(text, drawCode, 2_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

/** JSON as pieces, so that its two layouts are written beside each other and nothing is parsed. */
type Layout = {
  readonly tight: string
  readonly wide: (indent: string) => string
  readonly loose: (space: () => string) => string
}

function drawJson(random: Random, depth: number): Layout {
  const scalar = (): string =>
    pick(random, [
      '0',
      '-0',
      '1e400',
      '-1.50E-7',
      digits(random, 1 + random(300)),
      `0.${digits(random, 30)}`,
      'true',
      'false',
      'null',
      '""',
      '"a: {b}, [c]"',
      '"\\"quoted\\" \\\\"',
      '"\\u0041\\ud83d"',
      '"שלום 👍🏽 e\u0301"',
      '"//"',
      '"```"',
    ])
  if (depth === 0 || random(4) === 0) {
    const written = scalar()
    return { tight: written, wide: () => written, loose: () => written }
  }
  const isList = random(2) === 0
  const members = Array.from({ length: random(4) }, () => ({
    key: isList ? '' : pick(random, ['"a"', '"1"', '"b\\n"', '"__proto__"', '"a"', '"ü, :"']),
    value: drawJson(random, depth - 1),
  }))
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  const named = (key: string, gap: string, value: string): string =>
    isList ? value : `${key}:${gap}${value}`
  return {
    tight: `${open}${members.map(({ key, value }) => named(key, '', value.tight)).join(',')}${close}`,
    wide: (indent) =>
      members.length === 0
        ? `${open}${close}`
        : `${open}\n${members.map(({ key, value }) => `${indent}  ${named(key, ' ', value.wide(`${indent}  `))}`).join(',\n')}\n${indent}${close}`,
    loose: (space) =>
      `${open}${space()}${members.map(({ key, value }) => named(key, space(), value.loose(space))).join(`${space()},${space()}`)}${space()}${close}`,
  }
}

it('lays JSON out anew without a change to any of its tokens, numbers and doubles included', () => {
  const { wrong, answeredShare } = trial(
    text,
    (random) => {
      const { tight, wide, loose } = drawJson(random, 5)
      const isBlock = /^[[{]/.test(tight)
      const written = loose(() => pick(random, ['', '', ' ', '\t', '  ', '\n', '\r\n']))
      const oneLine = loose(() => pick(random, ['', ' ', '\t']))
      const broken = isBlock
        ? `${tight.slice(0, -1)}${pick(random, [',', ',,', "'", ':', '\u00a0'])}${tight.slice(-1)}`
        : '{"a":1,}'
      const [question, answer] = pick<readonly [string, string | null]>(random, [
        [`format this JSON:\n${written}`, wide('')],
        [`Pretty-print the following JSON:${fenced(written).replace('```', '```json')}`, wide('')],
        [`beautify this JSON: ${oneLine}`, wide('')],
        [`minify this JSON:\n${written}`, tight],
        [`Minify the following JSON: ${oneLine}`, tight],
        [`is this valid JSON? ${oneLine}`, isBlock ? 'Yes' : null],
        [`Is the following valid JSON?${fenced(written)}`, isBlock ? 'Yes' : null],
        // A comma too many, a single quote, a space of another width, a colon: none of it is JSON.
        [`is this valid JSON? ${broken}`, 'No'],
        [`format this JSON: ${broken}`, null],
        [`is this valid JSON? ${tight} or ${tight}`, null],
        [`is this valid JSON? ${tight} and why?`, null],
        [`format this JSON: ${tight} and sort its keys`, null],
      ])
      return {
        question,
        answer: tight.includes('"```"') && question.includes('\n```') ? null : answer,
        claimed: isBlock && !/^[[{]\s*[\]}]$/.test(oneLine),
      }
    },
    1_200,
  )
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('makes a CSV of plain words JSON, row by row, and leaves every other', () => {
  const { wrong, answeredShare } = trial(text, (random) => {
    const names = 'name colour town Straße ciudad'.split(' ').slice(0, 2 + random(4))
    const cell = (): string => pick(random, ['ana', 'New York', 'Zürich', 'שלום', 'río'])
    const rows = Array.from({ length: 1 + random(5) }, () => names.map(cell))
    const odd = pick(random, [
      '',
      '36',
      '007',
      'true',
      'null',
      '"x, y"',
      ' ana',
      '3.5',
      "O'Brien",
      'a\tb',
      '=1+1',
      'e\u0301',
    ])
    const isOdd = random(3) === 0
    if (isOdd) rows[random(rows.length)]?.splice(random(names.length), 1, odd)
    const end = pick(random, ['\n', '\n', '\n', '\r\n'])
    const csv = [names, ...rows].map((row) => row.join(',')).join(end)
    const objects = rows.map(
      (row) => `  {\n${row.map((each, i) => `    "${names[i]}": "${each}"`).join(',\n')}\n  }`,
    )
    const asked = pick(random, [
      `convert this CSV to JSON:\n${csv}`,
      `Convert the following CSV into JSON:${fenced(csv)}`,
    ])
    return { question: asked, answer: isOdd || end === '\r\n' ? null : `[\n${objects.join(',\n')}\n]` }
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('makes a slug of letters, digits and spaces, and of nothing that two would spell in two ways', () => {
  const { wrong, answeredShare } = trial(text, (random) => {
    const parts = Array.from({ length: 1 + random(5) }, () =>
      pick(random, ['Hello', 'WORLD', 'a', '42', '7th', 'edge']),
    )
    const odd = pick(random, [
      "Tom's",
      'a&b',
      'Crème',
      'state-of',
      'snake_case',
      '3.5',
      'C++',
      '50%',
      '漢字',
      'x/y',
      'e\u0301',
    ])
    const isOdd = random(3) === 0
    if (isOdd) parts.splice(random(parts.length), 1, odd)
    const given = `${parts.join(pick(random, [' ', '  ']))}${pick(random, ['', '!', '?', '.'])}`
    let slug = ''
    for (const part of parts)
      slug += `${slug === '' ? '' : '-'}${[...part].map((each) => each.toLowerCase()).join('')}`
    const says = pick(random, [
      'slugify {x}',
      'Create a URL slug from {x}',
      'make a slug of the title {x}',
      'generate a slug for {x}',
    ])
    return {
      question: says.replace('{x}', `"${given}"`),
      answer: isOdd ? null : slug,
      claimed: !says.includes('title'),
    }
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

it('encodes no mark that some encode and some do not, no half character, and no second text', () => {
  const { wrong } = trial(text, (random) => {
    const word = pick(random, ['apple', 'naïve', '你好'])
    return {
      question: pick(random, [
        `url encode "${word}${pick(random, [...'!()*'])}"`,
        `url encode "it's ${word}"`,
        `url encode "https://a.org/${word}"`,
        `url decode "${word}+${word}%20"`,
        `url decode "%${pick(random, ['zz', 'ff', 'c3', '00', '1'])}"`,
        `base64 encode "\ud83d${word}"`,
        `uppercase "\udc00${word}"`,
        `sha256 of "${word}\ud800"`,
        `encode "${word}" in base64 "b"`,
        `what is "${word}" in base64 "b"`,
        `base64 encode "${word}\\n"`,
        `sha256 of "${word}" in base64`,
        `md5 of "${word}"`,
      ]),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
