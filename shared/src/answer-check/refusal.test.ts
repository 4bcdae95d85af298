import { describe, expect, it } from 'vitest'
import { isRefusal } from './refusal.ts'

const refused = (answer: string, request = 'Tell me about it.'): boolean => isRefusal(answer, request)

describe('a refusal', () => {
  it.each([
    ["I'm sorry, but I can't help with that."],
    ['I cannot assist with this request.'],
    ['I’m unable to provide medical advice. Please consult a doctor.'],
    ['As an AI language model, I am not able to answer questions about private persons.'],
    ['Es tut mir leid, aber dabei kann ich Ihnen nicht helfen.'],
    ['Als KI kann ich dazu leider keine Auskunft geben.'],
    ['Désolé, je ne peux pas répondre à cette question.'],
    ['Lo siento, no puedo ayudarte con eso.'],
    ['Desculpe, não posso fornecer essa informação.'],
    ['Mi dispiace, non posso aiutarti con questa richiesta.'],
    ['Het spijt me, ik kan je daar niet mee helpen.'],
    ['Przykro mi, nie mogę pomóc w tej sprawie.'],
    ['Извините, я не могу помочь с этим запросом.'],
    ['抱歉，我无法提供这方面的信息。'],
    ['申し訳ありませんが、そのご質問にはお答えできません。'],
    ['죄송하지만 그 요청은 도와드릴 수 없습니다.'],
    ['Üzgünüm, bu konuda yardımcı olamam.'],
    ['عذرًا، لا يمكنني المساعدة في هذا.'],
  ])('is seen: %s', (answer) => {
    expect(refused(answer)).toBe(true)
  })
})

describe('an answer', () => {
  it.each([
    ['I cannot recommend this book enough: read it twice.'],
    ["You can't divide by zero, because no number times zero gives one."],
    ['Ich kann das Buch nicht genug loben.'],
    ['I can’t help but smile when I read it.'],
    ['Unfortunately the train leaves at nine, so take the bus at eight.'],
    ['Sorry for the wait! The total is 42 euros.'],
    ['Non, Paris est la capitale de la France.'],
    ['No, puedo confirmar que la capital es Madrid.'],
    ['无论如何，北京是中国的首都。'],
    [''],
  ])('is none: %s', (answer) => {
    expect(refused(answer)).toBe(false)
  })

  it('is none where the request itself brought the words of a refusal', () => {
    const request = 'Polish this sentence: “Sorry, I can’t help with that today.”'
    expect(refused("Sorry, I can't help with that today.", request)).toBe(false)
  })

  it('is none where it brings what was asked for after its excuse', () => {
    const answer = "I'm sorry, I can't run it here, but this works:\n```ts\nconst total = 1\n```\n"
    expect(refused(answer)).toBe(false)
  })
})
