/**
 * Whether an answer declines in place of answering.
 *
 * No single word says so: "I cannot recommend this book enough" is none, and "cannot" stands in half of all good answers.
 * So several kinds of sign are weighed, over the opening alone, where a refusal shows: that the speaker is unable or
 * unwilling to do what it is asked (in a dozen languages), that it excuses itself, that it speaks of itself as a machine,
 * and that it is short and brings nothing (no code, list or figures). A sign that the request itself contains is none:
 * whoever has a refusal translated gets one.
 */
export function isRefusal(answer: string, request: string): boolean {
  const opening = plain(answer.trimStart().slice(0, openingChars))
  if (opening === '') return false
  const asked = plain(request.slice(-askedChars))
  const shows = (sign: RegExp): boolean => {
    const found = sign.exec(opening)
    return found !== null && !asked.includes(found[0])
  }
  const unable = shows(inability)
  const score =
    (unable ? 0.45 : 0) +
    (unable && helping.test(opening) ? 0.15 : 0) +
    (shows(excuse) ? 0.25 : 0) +
    (shows(machine) ? 0.25 : 0) +
    (answer.length <= shortChars ? 0.1 : answer.length > longChars ? -0.3 : 0) -
    (bringsSomething.test(answer.slice(0, longChars)) ? 0.35 : 0)
  return score >= 0.65
}

const openingChars = 280
const askedChars = 8_000
const shortChars = 400
const longChars = 1_200

/** Quotes straightened, case folded, blanks made one. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, ' ')
}

/** Unable or unwilling: said by the speaker of itself. */
const inability = new RegExp(
  [
    // English
    "\\b(?:i|we)(?: |'m |'re | am | are )(?:\\w+ )?(?:can't|cannot|can not|won't|will not|unable to|not able to|not going to|must decline|have to decline|not comfortable|don't feel comfortable)\\b",
    // German
    "\\b(?:ich|wir) (?:kann|können|darf|werde|möchte)(?: [\\p{L}']+){0,5} (?:nicht|leider nicht|keine?n?)\\b",
    '\\b(?:kann|darf) ich (?:\\w+ ){0,4}(?:nicht|keine?n?)\\b',
    // French
    "\\bje (?:ne |n')(?:peux|puis|suis|pourrai|vais)(?: \\w+)? pas\\b",
    '\\bje ne peux (?:vous|t)',
    // Spanish, Portuguese, Italian
    '\\bno (?:puedo|podemos|me es posible|soy capaz)\\b',
    '\\bnão (?:posso|podemos|consigo|sou capaz|me é possível)\\b',
    '\\bnon (?:posso|possiamo|sono in grado|mi è possibile)\\b',
    // Dutch, Swedish, Polish
    '\\bik (?:kan|mag|ga)(?: \\w+){0,4} (?:niet|geen)\\b',
    '\\bjag kan (?:tyvärr )?inte\\b',
    '\\bnie (?:mogę|jestem w stanie|możemy)',
    // Russian, Ukrainian
    '(?:я )?не (?:могу|можу|в состоянии|смогу)',
    // Chinese, Japanese, Korean
    '(?:我|本人)?(?:无法|無法|不能|没办法|不便)(?:为|為|向|对|對|提供|回答|帮|幫|协助|協助|满足|处理)',
    '(?:できません|できかねます|いたしかねます|お答えできない|お手伝いできない)',
    '(?:할 수 없|도와드릴 수 없|제공할 수 없|답변할 수 없|드릴 수 없)',
    // Turkish, Arabic, Hindi
    '(?:yardımcı olamam|yapamam|veremem|yanıtlayamam)',
    '(?:لا أستطيع|لا يمكنني|لا استطيع|لن أتمكن)',
    '(?:नहीं कर सकत|नहीं दे सकत|असमर्थ)',
  ].join('|'),
  'u',
)

/** What it is unable to: to help, to answer, to make or to share. "I cannot praise it enough" is no refusal. */
const helping =
  /\b(?:help(?! but)|assist|provide|answer|do (?:that|this)|fulfil|comply|discuss|share|create|generate|engage|complete|continue|decline|helfen|beantworten|bereitstellen|erstellen|unterstützen|weiterhelfen|aider|répondre|fournir|assister|ayudar\w*|responder|proporcionar|ajudar|fornecer|aiutar\w*|rispondere|fornire|helpen|beantwoorden|hjälpa|svara|pomóc|odpowiedzieć)|помочь|ответить|предоставить|допомогти|提供|回答|帮|幫|协助|協助|满足|できません|できかね|できない|いたしかね|도와|제공|답변|드릴|yardımcı|المساعدة|مساعدت|मदद|सहायता/u

const excuse =
  /\b(?:sorry|apologi[sz]e|apologies|regret|unfortunately|entschuldig\w*|tut mir leid|leider|désolé\w*|malheureusement|lo siento|lamento|perdón|disculp\w*|desculp\w*|infelizmente|mi dispiace|purtroppo|het spijt|helaas|sorry|förlåt|tyvärr|przykro mi|przepraszam|niestety|üzgünüm|maalesef)|извин|сожален|прост(?:и|е)|вибач|抱歉|对不起|對不起|很遗憾|申し訳|すみません|恐れ入ります|죄송|유감|عذر|آسف|क्षमा|माफ/u

const machine =
  /\b(?:as an? (?:ai|artificial|language model|assistant)|i(?:'m| am) (?:just |only )?an? (?:ai|language model)|als (?:ki\b|künstliche|sprachmodell|ai\b)|en tant qu'(?:ia|intelligence|assistant|modèle)|como (?:ia\b|modelo|inteligencia|inteligência|asistente|assistente)|come (?:ia\b|modello|intelligenza|assistente)|jako (?:model|ai\b|sztuczna)|(?:guidelines|policy|policies|richtlinien|directrices|diretrizes|linee guida) )|как (?:ии|языковая модель|искусственный)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)|aiとして|言語モデル|ai로서|언어 모델/u

/** A block of code, a list of several points, or figures that are worked out. */
const bringsSomething = /```|^\s*(?:[-*]|\d+[.)]) .{0,200}\n\s*(?:[-*]|\d+[.)]) |=\s*-?\d/mu
