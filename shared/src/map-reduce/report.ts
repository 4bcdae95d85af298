/** What was done with a long document, in numbers and ids, and none of its text. */
export type MapReduceReport = {
  /** Who wrote the questions: a supervisor, or nobody, where the task itself was put to the pieces. */
  readonly plannedBy: 'supervisor' | 'task'
  readonly chunks: number
  /** How often pieces were asked. */
  readonly asked: number
  readonly found: number
  /** They said that nothing was there. */
  readonly abstained: number
  /** Asked in vain: nobody was left, whoever was asked declined, or the time was over. */
  readonly unanswered: number
  /** There were no calls left for these. */
  readonly left: number
  readonly rounds: number
  /** The pieces that the answer names, and where they stand in the document, in UTF-16 units. */
  readonly cited: readonly { readonly id: string; readonly start: number; readonly end: number }[]
  /** Citations of pieces that were not shown, which were taken out. */
  readonly citationsRemoved: number
}
