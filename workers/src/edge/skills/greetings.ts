/** A greeting or thanks that is the whole message, answered in its language. */
import type { EdgeAnswerer } from '../answerer.ts'
import { skilled } from './skill.ts'

const said: readonly (readonly [RegExp, string])[] = [
  [/^(?:hello|hi|hey)(?: there)?$|^good (?:morning|afternoon|evening)$/, 'Hello! How can I help you?'],
  [/^(?:hallo|guten (?:tag|morgen|abend))$/, 'Hallo! Wie kann ich helfen?'],
  [/^(?:bonjour|bonsoir|salut)$/, 'Bonjour ! Comment puis-je vous aider ?'],
  [/^(?:hola|buenos días|buenas tardes)$/, '¡Hola! ¿En qué puedo ayudar?'],
  [/^(?:thanks(?: a lot)?|many thanks|thank you(?: very much)?)$/, "You're welcome!"],
  [/^(?:danke(?: ?schön)?|vielen dank)$/, 'Gern geschehen!'],
  [/^merci(?: beaucoup| bien)?$/, 'Avec plaisir !'],
  [/^(?:muchas )?gracias$/, '¡De nada!'],
]

export const greetings: EdgeAnswerer = skilled({
  name: 'greetings',
  longest: 40,
  answer(question) {
    const text = question
      .toLowerCase()
      .replace(/^¡/, '')
      .replace(/ ?[.!]$/, '')
    return said.find(([form]) => form.test(text))?.[1] ?? null
  },
})
