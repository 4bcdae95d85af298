/**
 * Parts a prompt into what it asks and the text that it gives to do it with: between quotes, in a fence, below a line,
 * or behind a colon. One pass, whatever the text.
 *
 * Where the given text ends must be certain. A fence and quotes tell; behind a colon only a list, a word or JSON does,
 * for in "uppercase: hello and explain why" nobody can say what belongs to the text.
 */
export type Given = {
  /** What is asked, in lower case, with `§` where a given text stood. */
  readonly asked: string
  readonly texts: readonly string[]
  readonly where: 'quotes' | 'fence' | 'below' | 'colon'
}

const longestAsked = 160
const closers: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”',
  "'": "'",
  '«': '»',
  '‘': '’',
  '„': '“',
}

export function givenText(question: string): Given | null {
  const end = question.indexOf('\n')
  if (end < 0) return (isJsonBehind.test(question) ? null : betweenQuotes(question)) ?? behindColon(question)
  const head = question.slice(0, end).trim()
  const rest = question.slice(end + 1).replace(/^\n+/, '')
  if (rest.startsWith('```')) {
    const from = rest.indexOf('\n') + 1
    const to = rest.length - 4
    if (from === 0 || to < from || !rest.endsWith('\n```') || rest.slice(from, to).includes('```'))
      return null
    return given(`${head} §`, [rest.slice(from, to)], 'fence')
  }
  return /[:?]$/.test(head) ? given(`${head} §`, [rest], 'below') : null
}

/** The quotes of JSON are its own. */
const isJsonBehind = /^[^:?{["'“„«‘]{1,100}[:?] [[{]/

function betweenQuotes(question: string): Given | null {
  const texts: string[] = []
  let asked = ''
  for (let at = 0; at < question.length; ) {
    const char = question.charAt(at)
    const close = /[\s(:]$/.test(asked.slice(-1)) || asked === '' ? closers[char] : undefined
    if (close === undefined) {
      asked += char
      at++
    } else {
      let end = question.indexOf(close, at + 1)
      // An apostrophe within a word closes nothing.
      while (close === "'" && end >= 0 && /\p{L}/u.test(question.charAt(end + 1)))
        end = question.indexOf(close, end + 1)
      if (end < 0 || texts.length === 2) return null
      texts.push(question.slice(at + 1, end))
      asked += '§'
      at = end + 1
    }
    if (asked.length > longestAsked) return null
  }
  return texts.length > 0 && !/["“”«»„]/.test(asked) ? given(asked, texts, 'quotes') : null
}

function behindColon(question: string): Given | null {
  const mark = /^([^:?{[]{1,100})[:?] (?=\S)/.exec(question)
  if (mark === null) return given(question, [], 'colon')
  return given(`${mark[1]} §`, [question.slice(mark[0].length)], 'colon')
}

function given(asked: string, texts: readonly string[], where: Given['where']): Given | null {
  if (asked.length > longestAsked) return null
  const plain = asked.replace(/^(?:please )?(?:(?:can|could) you )?(?:please )?/i, '').replace(/[:?] §/, ' §')
  return {
    asked: plain
      .replace(/(?:,? please)? ?[.?!]?$/i, '')
      .replace(/^¿/, '')
      .toLowerCase(),
    texts,
    where,
  }
}
