/**
 * Every detector, with texts made to be slow: four times the text may take ten times as long, and no text may take as long
 * as a step that looks back would; with a megabyte that is beyond every patience of a test.
 */
import { expect, it } from 'vitest'
import { detect } from './detect.ts'

const mebibyte = 2 ** 20
const fill = (seed: string, chars: number): string =>
  seed.repeat(Math.ceil(chars / seed.length)).slice(0, chars)

const seeds: readonly string[] = [
  'a',
  '1',
  ' ',
  '1 ',
  '1-',
  '1.',
  '1/',
  '(',
  '(1',
  '+1',
  '+',
  '00',
  '0 1 ',
  '@',
  'a@',
  'a@a',
  'a.@a.',
  '.',
  ':',
  '::',
  'a:',
  '0:',
  '://',
  '://a:',
  '://a:a',
  '?key=',
  '?key=a',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----A',
  'password',
  'password is ',
  'password: a',
  'token=',
  'sk-',
  'sk-a',
  'eyJ',
  'eyJa.eyJ',
  'eyJaaaaaaaa.eyJaaaa.',
  'ghp_a',
  'AKIA',
  '1 a ',
  '1 street',
  '12 a a a a ',
  'aaaastr. ',
  'rue ',
  'rue a ',
  'via de la ',
  '市路',
  '东路',
  'AB1 ',
  'GB92',
  'GB92A ',
  'DE89 ',
  'AAAAAA11A11A111',
  'A1',
  '0x',
  '0xa',
  'bc1q',
  '1A',
  '13DL',
  '4111 ',
  '4111111111111111',
  '45 67 89 ',
  'call 1 ',
  'born 1/1/2000 ',
  'mai 1 ',
  '1 de mai ',
  'passport ',
  'passport no is ',
  'mrn: ',
  'account 1 ',
  'cvv ',
  'I am 1 ',
  '1 years ',
  '\ud835\udfce',
  '\u200b',
  '1\u200b',
  '１',
  'é',
  '漢',
  '\u0301',
  '1\u0301',
  'is was ',
  '["password"]',
  '# ',
  '9.9.9.',
  'f.f.f.',
  '00:00:',
  '1x1x',
]

it('TRUST 34: a megabyte of adversarial text goes through every detector in linear time', () => {
  expect(seeds.filter((seed) => growsFast(seed) && growsFast(seed) && growsFast(seed))).toEqual([])
}, 600_000)

/** Four times the text in more than ten times the time. What else runs on the machine may make it seem so, but not again and again. */
function growsFast(seed: string): boolean {
  return bestMs(fill(seed, mebibyte)) >= bestMs(fill(seed, mebibyte / 4)) * 10 + 100
}

function bestMs(text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 2; i++) {
    const begun = cpuMs()
    detect(text)
    best = Math.min(best, cpuMs() - begun)
  }
  return best
}

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
