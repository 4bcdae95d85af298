import { expect, it } from 'vitest'
import { codeText } from './code-text.ts'

it('blanks comments and the insides of strings, and keeps every line and column', () => {
  const source = "a /* await\nawait */ 'await' // await\n`await`"
  expect(codeText(source)).toBe("a         \n         '     '         \n`     `")
})

it('keeps the insides of strings where they are asked for', () => {
  expect(codeText("from 'a' // 'b'", { strings: true })).toBe("from 'a'       ")
})

it('takes what stands inside the braces of a template for code, however deep', () => {
  // § stands for a dollar sign, which would make these templates of the test itself.
  const source = '`a §{b + `c §{ { d: 1 }.d } e` } f` + g'.replaceAll('§', '$')
  const blanked = '`  §{b + `  §{ { d: 1 }.d }  ` }  ` + g'.replaceAll('§', '$')
  expect(codeText(source)).toBe(blanked)
})

it('tells a regular expression from a division', () => {
  expect(codeText("x = /await'[/]'/g.test(y)")).toBe('x = /          /g.test(y)')
  expect(codeText("(a) / b / 'c'")).toBe("(a) / b / ' '")
  expect(codeText("return /'/ // a")).toBe('return / /     ')
})

it('is not led astray by escapes or by text that never ends', () => {
  expect(codeText("'a\\'b' + c")).toBe("'    ' + c")
  expect(codeText("'a\nb")).toBe("' \nb")
  for (const source of ["'", '`', '/*', '`${', '/[', "'\\", '= /\\'])
    expect(codeText(source)).toHaveLength(source.length)
})
