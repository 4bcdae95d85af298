/**
 * The named forms of strings, as patterns. Each is written in the small dialect that constrained decoding can keep to (no
 * look-around, no back-references), so one line serves both the generator and the check. What a pattern cannot say, the days of
 * a month or which name resolves, is not checked.
 */
import type { TextForm } from './schema.ts'

const day = '(0[1-9]|[12][0-9]|3[01])'
const date = `[0-9]{4}-(0[1-9]|1[0-2])-${day}`
const time = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?'
const offset = '(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])'
const byte = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const label = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const group = '[0-9A-Fa-f]{1,4}'

export const formPatterns: Readonly<Record<TextForm, string>> = {
  'date-time': `^${date}T${time}${offset}$`,
  date: `^${date}$`,
  time: `^${time}${offset}$`,
  duration:
    '^P(([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}D)?(T([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?|[0-9]{1,6}W)$',
  email: `^[A-Za-z0-9._%+-]{1,64}@(${label}\\.){1,8}[A-Za-z]{2,24}$`,
  hostname: `^(${label}\\.){0,8}${label}$`,
  ipv4: `^(${byte}\\.){3}${byte}$`,
  ipv6: `^((${group}:){7}${group}|(${group}:){1,7}:|:(:${group}){1,7}|(${group}:){1,6}(:${group}){1,1}|(${group}:){1,5}(:${group}){1,2}|(${group}:){1,4}(:${group}){1,3}|(${group}:){1,3}(:${group}){1,4}|(${group}:){1,2}(:${group}){1,5}|${group}:(:${group}){1,6}|::)$`,
  uuid: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  uri: "^[a-z][a-z0-9+.-]{1,30}:[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{1,2000}$",
}

const compiled = new Map<TextForm, RegExp>()

export function hasForm(text: string, form: TextForm): boolean {
  // No form is longer, and none of the patterns takes more than quadratic time over so much.
  if (text.length > 2_048) return false
  const known = compiled.get(form) ?? new RegExp(formPatterns[form])
  compiled.set(form, known)
  return known.test(text)
}
