/** Six cases, worked in docs/advise.md from this very code; three of them end with the advice to stay with the cloud. */
export type WorkedCase = {
  readonly title: string
  readonly story: string
  readonly answers: Readonly<Record<string, number | string>>
}

export const workedCases: readonly WorkedCase[] = [
  {
    title: 'A hospital’s ward notes',
    story:
      'Notes are completed while they are typed, and hold patients’ data. There is too little work to fill a node, and it is worth one all the same.',
    answers: { requestsPerDay: 3_000, easyShare: 0.6, confinedShare: 0.9, latencyMs: 150 },
  },
  {
    title: 'Support of a large shop',
    story:
      'Much work, around the clock, and most of it the same few questions. Nothing is confined and nobody is in a hurry: volume and ease carry it.',
    answers: {
      requestsPerDay: 400_000,
      easyShare: 0.7,
      confinedShare: 0,
      latencyMs: 0,
      peakToMean: 2,
      cloudModel: 'gpt-5-mini',
    },
  },
  {
    title: 'An editor’s completions',
    story:
      'Short answers, at once, to short prompts. The hardware does not pay for itself: waiting for a far data centre is what it saves.',
    answers: {
      requestsPerDay: 20_000,
      easyShare: 0.8,
      confinedShare: 0,
      latencyMs: 120,
      promptTokens: 300,
      outputTokens: 40,
    },
  },
  {
    title: 'A young company’s assistant',
    story: 'Easy questions, but few of them: a node would stand idle, and cost more than it saves.',
    answers: { requestsPerDay: 2_000, easyShare: 0.7, confinedShare: 0, latencyMs: 1_500 },
  },
  {
    title: 'A law firm’s research',
    story:
      'A third of the texts must not leave, but hardly any of the questions are within a small model’s reach, and there are few.',
    answers: {
      requestsPerDay: 400,
      easyShare: 0.15,
      confinedShare: 0.3,
      latencyMs: 0,
      promptTokens: 6_000,
      outputTokens: 800,
      cloudModel: 'gpt-5',
    },
  },
  {
    title: 'Reports every night',
    story:
      'Enough work to pay for nodes if it were spread over the day; but it all comes in an hour, and what is bought for that hour is idle for the others.',
    answers: {
      requestsPerDay: 60_000,
      easyShare: 0.3,
      confinedShare: 0,
      latencyMs: 0,
      peakToMean: 24,
      promptTokens: 3_000,
      outputTokens: 500,
    },
  },
]
