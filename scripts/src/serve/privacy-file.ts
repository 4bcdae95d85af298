/**
 * The privacy rules' file: all that the variables could say of privacy and no other place says. A file without a rule is one
 * that looks for nothing, and says so when it is taken.
 */
import { basename } from 'node:path'
import { NearsideError, type PrivacySettings, resolvePrivacyRules } from '@nearside/core'
import { type LiveFile, openLiveFile } from './live-file.ts'

export type PrivacyFile = LiveFile<PrivacySettings>

export const privacyKept = 'the privacy rules stay as they were'

export function openPrivacyFile(file: string, say: (line: string) => void): PrivacyFile {
  return openLiveFile<PrivacySettings>(
    file,
    { param: 'privacy', kept: privacyKept, read: readRules, told: summary },
    say,
  )
}

function readRules(text: string, path: string): PrivacySettings {
  const name = basename(path)
  let rules: PrivacySettings
  try {
    rules = JSON.parse(text)
  } catch (cause) {
    throw new NearsideError('bad-options', `${name} is no JSON.`, { cause, param: name })
  }
  resolvePrivacyRules(rules, name)
  return rules
}

/** What is in force in a line: names of rules and how many accounts have some of their own, none of what they say. */
function summary({ accounts = {}, ...rules }: PrivacySettings): string {
  const named = Object.keys(rules)
  const own = Object.keys(accounts).length
  const said = named.length === 0 ? 'that look for nothing' : `(${named.join(', ')})`
  const theirs = own === 0 ? '' : `, and own ones for ${own} account${own === 1 ? '' : 's'},`
  return `privacy rules ${said}${theirs}`
}
