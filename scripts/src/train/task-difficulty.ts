/**
 * How hard a kind of task is for a small model where no outcome tells: a judgement, not a measurement, in steps that are
 * meant to order the kinds. Public outcomes on open requests that may be shipped do not exist; an operator's own
 * records take this table's place (`nearside calibrate`).
 */
export const taskDifficulty: Readonly<Record<string, number>> = {
  chitchat: 0.08,
  rewrite: 0.2,
  classification: 0.22,
  summarization: 0.24,
  extraction: 0.26,
  closed_qa: 0.3,
  brainstorming: 0.32,
  translation: 0.35,
  roleplay: 0.38,
  creative: 0.4,
  open_qa: 0.42,
  reasoning: 0.72,
  code: 0.74,
  math: 0.76,
}
