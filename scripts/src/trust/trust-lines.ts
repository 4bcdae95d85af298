/**
 * The lines of docs/trust.md with the tests that cover them: those whose title begins `TRUST n:`, or `TRUST n, m:` for
 * a test that covers several.
 */
export type TrustTest = { readonly file: string; readonly title: string }
export type TrustLine = {
  readonly number: number
  readonly title: string
  readonly tests: readonly TrustTest[]
}

const row = /^\|\s*(\d+)\s*\|\s*(.+?)\s*\|$/gm
const title = /(['"`])TRUST (\d+(?:,\s*\d+)*): ((?:\\.|(?!\1)[^\\\n])*)\1/g

/** Each line of the page, in its order, with its tests in the tree. */
export function trustLines(page: string, tree: ReadonlyMap<string, string>): readonly TrustLine[] {
  const tests = [...tree].flatMap(([file, text]) => (mayHoldTests(file) ? titlesIn(file, text) : []))
  return [...page.matchAll(row)].map(([, number, what = '']) => ({
    number: Number(number),
    title: what,
    tests: tests
      .filter((test) => test.numbers.includes(Number(number)))
      .map(({ file, title }) => ({ file, title })),
  }))
}

/** Numbers that tests claim and the page does not have. */
export function unknownNumbers(page: string, tree: ReadonlyMap<string, string>): readonly number[] {
  const known = new Set([...page.matchAll(row)].map(([, number]) => Number(number)))
  const claimed = [...tree].flatMap(([file, text]) => (mayHoldTests(file) ? titlesIn(file, text) : []))
  return [...new Set(claimed.flatMap(({ numbers }) => numbers))].filter((number) => !known.has(number))
}

/** Suites that several tests share lie in `test/` under plain names. */
function mayHoldTests(file: string): boolean {
  return file.endsWith('.test.ts') || (file.startsWith('test/') && file.endsWith('.ts'))
}

function titlesIn(
  file: string,
  text: string,
): readonly (TrustTest & { readonly numbers: readonly number[] })[] {
  return [...text.matchAll(title)].map(([, , numbers = '', says = '']) => ({
    file,
    title: says.replaceAll(/\\(.)/g, '$1'),
    numbers: numbers.split(',').map(Number),
  }))
}
