/**
 * Prompts of a given length, made of the requests that this project wrote: many kinds, several languages, each prompt another
 * mixture, so that no call finds the caches as the one before left them.
 */
import { readFileSync } from 'node:fs'
import { root } from '../../workerd/repository.ts'

export const lengths = [50, 500, 5_000, 50_000] as const
export type Length = (typeof lengths)[number]

const promptsEach = 32

export function promptsOf(length: Length): readonly string[] {
  const requests = readFileSync(`${root}scripts/classifier-text/development.tsv`, 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[2] ?? '')
    .filter((text) => text !== '')
  return Array.from({ length: promptsEach }, (_, prompt) => {
    let text = ''
    // Steps without a common divisor with most counts: every prompt walks through the requests in an order of its own.
    for (let at = prompt * 7; text.length < length; at += 2 * prompt + 1)
      text += `${requests[at % requests.length]}\n`
    return text.slice(0, length)
  })
}
