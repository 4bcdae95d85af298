/**
 * A family is one question in several wordings, with places that are filled in: two wordings with the same filling ask the same,
 * and whatever answers one answers the other. Another filling, and each of the `twins`, asks something else in nearly the same words.
 */
export type Family = {
  readonly id: string
  readonly language: 'en' | 'de' | 'fr' | 'es' | 'it'
  /** Wordings, with `{0}` and so on where a filling goes. */
  readonly forms: readonly string[]
  /** None at all is one filling of nothing: the wordings stand as they are. */
  readonly fills: readonly (readonly string[])[]
  /** What looks like the question and is another: negated, turned round, compared the other way, of another thing. */
  readonly twins: readonly string[]
}
