/**
 * Finds personal data in a text: every detector reads it, and where two want the same characters the stronger has them.
 *
 * Most texts hold no digit, no sign and no key word, and most detectors need one: a text is looked over once, and only
 * those detectors read it that could find something. Each reads in linear time, whatever the text.
 */
import { findAddresses } from './address.ts'
import { findCodes } from './codes.ts'
import { findAges, findBirthDates } from './date-of-birth.ts'
import { findDocumentNumbers } from './document-number.ts'
import { findEmails } from './email.ts'
import type { Detector, Finding } from './finding.ts'
import { findIbans } from './iban.ts'
import { findKeyBlocks, findUrlCredentials } from './key-block.ts'
import { findNetworkAddresses } from './network.ts'
import { normalise } from './normalise.ts'
import { findNumbers } from './numbers.ts'
import { findNamedPersons } from './person.ts'
import { findPhones } from './phone.ts'
import { findSecrets } from './secret.ts'
import { settle } from './settle-findings.ts'
import { findWallets } from './wallet.ts'

const always: readonly Detector[] = [
  findNamedPersons,
  findEmails,
  findSecrets,
  findKeyBlocks,
  findUrlCredentials,
]
const withDigits: readonly Detector[] = [
  findNumbers,
  findCodes,
  findIbans,
  findPhones,
  findBirthDates,
  findAges,
  findDocumentNumbers,
  findAddresses,
]
const digit = /\d/

/** What was found, in the order of the text, no two overlapping. `learned` adds what a model thinks (see `text-heads`). */
export function detect(text: string, learned: Detector | null = null): readonly Finding[] {
  const plain = normalise(text)
  const findings: Finding[] = []
  const ask = (detector: Detector): void => {
    for (const finding of detector(plain)) findings.push(finding)
  }
  always.forEach(ask)
  if (digit.test(plain)) {
    withDigits.forEach(ask)
    findWallets(plain).forEach((finding) => void findings.push(finding))
  }
  if (plain.includes(':') || plain.includes('.') || plain.includes('-')) ask(findNetworkAddresses)
  if (learned !== null) for (const finding of learned(text)) findings.push(finding)
  return settle(plain, findings).map((finding) => fromWholeCharacter(text, finding))
}

/** A mathematical digit is two units, and was found at its second. */
function fromWholeCharacter(text: string, finding: Finding): Finding {
  const unit = text.charCodeAt(finding.start)
  return unit >= 0xdc00 && unit <= 0xdfff && finding.start > 0
    ? { ...finding, start: finding.start - 1 }
    : finding
}
