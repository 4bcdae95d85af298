/**
 * Money: an integer of nano-dollars. Prices below a dollar for a million tokens are fractions of a micro-dollar
 * a token, so a nano-dollar is the largest unit in which every price is whole; 2^53 of them are nine million
 * dollars. Dollars exist only in text for people.
 */
export type NanoUsd = number

export const nanoPerUsd = 1_000_000_000
