import { expect, it } from 'vitest'
import { statedForm } from './stated-form.ts'

it('takes two wordings for one question that differ in capitals, spaces and the marks around them', () => {
  for (const text of [
    'When are you open?',
    ' when  are you\nOPEN ?!',
    '¿When are you open…',
    'Ｗhen are you open？',
  ])
    expect(statedForm(text), text).toBe('when are you open')
  expect(statedForm('What’s new')).toBe("what's new")
})

it('keeps what stands inside: its is not it’s, and 1.5 is not 15', () => {
  expect(statedForm('its')).not.toBe(statedForm('it’s'))
  expect(statedForm('1.5')).toBe('1.5')
  expect(statedForm('e-mail')).toBe('e-mail')
})

it('is empty for what holds no word', () => {
  for (const text of ['', '  ', '?!', '。']) expect(statedForm(text)).toBe('')
})
