/** Greetings and thanks, by hand: an answer is in the language of what was said. */
import type { EdgeRow } from './row.ts'

const said: readonly (readonly [answer: string, texts: string])[] = [
  [
    'Hello! How can I help you?',
    'hello|Hello!|hi|Hi.|hey|Hi there!|hello there|good morning|Good evening!|Good afternoon',
  ],
  ['Hallo! Wie kann ich helfen?', 'Hallo|hallo!|Guten Tag|Guten Morgen!|guten Abend'],
  ['Bonjour ! Comment puis-je vous aider ?', 'Bonjour|bonjour !|Bonsoir|Salut !'],
  ['¡Hola! ¿En qué puedo ayudar?', 'hola|¡Hola!|Buenos días|buenas tardes'],
  ["You're welcome!", 'thanks|Thanks!|thank you|Thank you very much!|thanks a lot|many thanks'],
  ['Gern geschehen!', 'Danke|danke schön!|Vielen Dank|Dankeschön'],
  ['Avec plaisir !', 'Merci|merci beaucoup !|Merci bien'],
  ['¡De nada!', 'gracias|¡Muchas gracias!'],
]

const traps = [
  'hello world',
  'Hello, who are you?',
  'hi, what is 2+2?',
  'Say hello',
  'How do you say hello in French?',
  'translate: hello',
  'thanks, and now write a poem',
  'no thanks',
  'Thanks for nothing!',
  'hello "computer"',
  'Hello? Is it me you are looking for?',
  'good morning, vietnam',
  'hi hi hi hi hi',
  'Hello. Answer in French.',
  'bonjour means what?',
  'gracias a la vida',
  'Danke, aber warum?',
  'Is "merci" French?',
]

export const greetingRows: readonly EdgeRow[] = [
  ...said.flatMap(([answer, texts]) =>
    texts.split('|').map((text) => ({ text, answer, about: 'greetings' })),
  ),
  ...traps.map((text) => ({ text, answer: null, about: 'greetings' })),
]
