/**
 * What each kind of piece costs, in twentieths of a token, as `npm run eval -- tokens DIR --fit FILE` found it: from the
 * counts of OpenAI's two families of tokenizers (o200k, cl100k) on half of the texts, the larger count each time.
 */
import { pieceKinds } from './token-pieces.ts'

/** One character a cost; the alphabet's place is the cost. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const parts = 20

/** Three rows of 26 a line: pairs by their first letter; then beginnings of words, then the other kinds. */
const encoded: string = [
  'LIFELKELJZHFKGVEFFEEEEHMGHNEQJEPPSEQgGNTGPaFHJNEEcIQFGGSEIREFgEFbZERKELEFRMVEa',
  'FEaHFaGEKTNIaELVFEEKFRcREXEEEEHMORJcTEEEHEJEEFNEFEFQEEGOEHVXITVFSVGSRHNGESafFP',
  'QVVKESMEFGWHHEEGZGHSKdaLFXEXSGEUOPEIhSJEHXfEJLHXNZGXEPEFEFHOIEXKEEEIGIFEGEhGHE',
  'JWIPIUMScGbVTWHISaEXbNYLXRGSUREPXGGQNJaEMNbNFVdQWcWZFHKEEKKRIWIGGdFENVEFEQScGT',
  'FFOaEaTYOUQeEQEERaEUJThaFKGEEFEGEWILEEHEFMVMGEKFHYEPEFGEIFEEEVEGFEJFcEHEEEGHET',
  'FLNMFaYFMZQEUaFENEEEPZSXHNHhMVXJdaYQWZVOaRNOLQEOEZebFSLEEFEQFaJJIFELdEGEHEMNEF',
  'GbEHEEJJENKIKJEFEFEEFGEOELMJRJEQOEEIVEEPFQYEEFHHEUGLIJFEEQFIMdcEEERFMEFETPbGGQ',
  'FUEREeQeFRJINVFXKWNOLRhWbYMbYQEESEEdSUOGFKXFRHPSRKSMEVETEWNPEVRKIXXFWKZHLRVFGc',
  'MMEEEUXcIPRRIIEFXZJGGYUdTaIPObFWVZFZLTXKKITJHOHUVYORIHGLHGOHLLYGGHIIJGGGNJGaOV',
  'EBCUUbPGMFNENxOeYWSnSNo8Ua2bhmUmn8zapvncWi8WfUUi',
].join('')

export const costs: Float64Array = decodeCosts(encoded)

function decodeCosts(text: string): Float64Array {
  return Float64Array.from({ length: pieceKinds }, (_, kind) => alphabet.indexOf(text[kind] ?? '/') / parts)
}

/** Costs as this file keeps them; the next larger step each, at most what the alphabet reaches. */
export function encodeCosts(given: Float64Array): string {
  return Array.from(given, (cost) => alphabet[Math.min(63, Math.round(cost * parts))]).join('')
}
