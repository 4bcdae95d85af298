/**
 * What a detector finds: where it lies in the text, what it is, and how one came to think so.
 *
 * A finding never quotes the text. `start` and `end` are UTF-16 offsets, so `text.slice(start, end)` is the datum,
 * no more and no less: redaction rests on that.
 */
export const personalKinds = [
  'person',
  'address',
  'age',
  'birth-date',
  'email',
  'phone',
  'ip-address',
  'device-id',
  'card',
  'iban',
  'bank-account',
  'national-id',
  'tax-id',
  'health-id',
  'passport',
  'driver-licence',
  'wallet',
  'secret',
  'private-key',
  'url-credentials',
] as const
export type PersonalKind = (typeof personalKinds)[number]

/**
 * From the weakest to the strongest: learned from examples, a word beside it, a form that nothing else has, a check digit
 * or signature that chance would not make. Where two findings want the same characters, the stronger has them.
 */
export const findingBases = ['learned', 'word', 'form', 'checksum'] as const
export type FindingBasis = (typeof findingBases)[number]

export type Finding = {
  readonly kind: PersonalKind
  /** Which of its kind, for people who read a report: `pl-pesel`, `github-token`, `visa`. */
  readonly detail: string
  readonly start: number
  readonly end: number
  readonly basis: FindingBasis
}

/** Finds in a text that `normalise` has been over; offsets are the same in both. */
export type Detector = (text: string) => readonly Finding[]
