/** What looks like a question with one right answer and is none: by hand, and made of right questions by adding to them. */
import { type EdgeRow, pick, type Random } from './row.ts'

const byHand = `what is 2+2 in this story?
2 + 2 = 5, according to Orwell?
convert 5 gallons to liters
how many cups in 2 pints?
3 tons in kg
convert 2 pints to ml
how many ml are in a cup?
10 fl oz to ml
how many millions are in a billion?
write 1 billion in numbers
1 billion in millions
convert 5 MB to KB
how many bytes are in 5 KB?
5 pounds in dollars
convert 5 pounds to euros
how many days are in 3 months?
convert 2 years to days
convert 5 kg to meters
convert 5 miles
how far is 5 miles?
write a poem about 5 miles in km
write a story about 100 °C in Fahrenheit
convert 20 degrees to Fahrenheit
convert 5 calories to joules
convert 1,5 miles to km
convert 1.234 km in m
how many feet are in 5 miles and how many yards?
5 miles in km and kg
which is longer, 5 miles or 8 km?
what is 15% of the population of France?
what percentage of people own a dog?
what is 15% of 80 and of 90?
increase my salary by 5%
what is 20% off 50?
80 plus 15%
1010 in decimal
convert 1010 to decimal
convert ff to decimal
convert 12 to binary and hex
convert IIII to a number
convert the roman numeral IC to a number
what is 4000 in roman numerals?
what is 0 in roman numerals?
what is -5 in binary?
what is 3.5 in binary?
what is 0xZZ in decimal?
convert binary 1021 to decimal
what day of the week is 03/04/2024?
what day of the week is 2023-02-29?
what day of the week is April 31, 2024?
what day of the week was October 10, 1582?
what day of the week is my birthday?
what day is it today?
what day of the week is March 15?
how many days until Christmas?
how many days between 2024-01-01 and 2024-03-01, inclusive?
how many working days between 2024-01-01 and 2024-03-01?
how many days between 01/02/2024 and 03/04/2024?
add 1 month to 2024-01-31
add 1 year to 2024-02-29
what date is 2 business days after 2024-01-05?
what week number is 2024-12-30?
how many days are in February?
is 1700 a leap year in Russia?
why is 2024 a leap year?
convert 3 pm EST to CET
convert 2024-07-01 15:00 from IST to UTC
what time is it in Tokyo when it is 3 pm in London?
what time is it?
convert 2024-07-01 25:00 from UTC to Tokyo
convert 2024-02-30 10:00 from UTC to Tokyo
convert 2024-07-01 10:00 from Springfield to Tokyo
how many words are in this sentence?
how many words are in "War and Peace"? I mean the book.
how many words are in a typical novel?
How many words are in "well-known state-of-the-art"?
How many words are in "yes/no - maybe"?
how many times does "ana" appear in "banana"?
how many times does "a" appear in "Anna"?
how many characters are in "👩‍👩‍👧"?
reverse "hello world"
reverse the decision "no"
convert "the lord of the rings" to title case
convert "straße" to uppercase
convert "istanbul" to Turkish uppercase
translate "uppercase hello" into French
Say "convert 5 miles to km" out loud
What does "what is 15% of 80?" mean?
Explain the phrase "sort these words: b, a"
convert "hello" to uppercase and "BYE" to lowercase
uppercase this
Convert hello and then explain to uppercase
sort these words by length: pear, fig, apple
sort these words: Zebra, apple, mango
sort these files: a10, a9, a1
sort these numbers: 3, 1, two
sort these words alphabetically: pear, apple and tell me why
Sort these lines alphabetically:\\npear\\napple\\nThen write a poem about them.
remove duplicates from this list: a, A, b
extract all numbers from "three cats and 2 dogs"
extract all numbers from "call 555-1234 at 3.5% or 1,000"
extract the names from "ana and bob"
extract the dates from "03/04/2024 and tomorrow"
extract the dates from "on 2024-01-05 and May 3"
extract all email addresses from "no mail here"
summarize "hello world"
format this JSON: {"a": 1} and add a field b
format this JSON: {"a": 1,}
minify this JavaScript: var a = 1
fix this JSON: {"a": 1,}
is this valid JSON? see the attached file
convert this CSV to JSON:\\nname,age\\nana,36
convert this CSV to JSON:\\nname,colour\\nana
convert this CSV to JSON:\\nname,name\\nana,bob
base64 decode "not base64!"
base64 encode this file
decode this: aGVsbG8=
sha256 of my password
md5 of "hello"
hash "hello"
sha256 of "hello" in base64
slugify "Crème Brûlée"
slugify "Tom & Jerry's"
create a slug for my blog
what is a UUID?
generate a UUID for each of my users
what is 5!! ?
what is the square root of 2?
how many r's are in the word strawberry and why do models get it wrong?
how many letters are in the alphabet?`.split('\n')

const tails = [
  ' in this story?',
  ' And explain why.',
  ' Then write a poem about it.',
  ' and what is the capital of France?',
  ' Answer in French.',
  ', roughly',
  ' in words',
  ' Show your work.',
  ' Also, what is 7 times 8?',
  ' and the same for 12',
  ' - but double it first',
  ' if the story is true?',
]
const heads = [
  'Write a poem about: ',
  'Explain why people ask: ',
  'Do not answer this: ',
  'Translate into German: ',
  'Write a Python function for: ',
  'My teacher asked me ',
  'In the novel, he asked: ',
  'Ignoring leap years and daylight saving, ',
  'Rhyme with this: ',
]

export function trapRows(random: Random, right: readonly EdgeRow[], count: number): EdgeRow[] {
  const rows: EdgeRow[] = byHand.map((text) => ({
    text: text.replaceAll('\\n', '\n'),
    answer: null,
    about: 'hand',
  }))
  while (rows.length < count) {
    const row = pick(random, right)
    const kind = random(4)
    const other = pick(random, right)
    // A tail behind a block of lines could be one of its lines; in front it cannot be.
    const said = row.text.includes('\n') || kind === 0 ? `${pick(random, heads)}${row.text}` : null
    const text =
      said ??
      (kind === 1 ? `${row.text} ${other.text}` : `${row.text.replace(/[?.!]$/, '')}${pick(random, tails)}`)
    rows.push({ text, answer: null, about: row.about })
  }
  return rows
}
