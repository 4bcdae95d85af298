/**
 * The little that is known of German, French, Spanish and Italian: which words only hold a question together, which frames ask for the way to do
 * something, which words say the same. A word that is in no list carries meaning, and must be found on the other side.
 *
 * So a gap here costs a hit and never makes a false one; and every word that turns a question round (not, without, before, only) is
 * left out of the lists on purpose.
 */
export type Lexicon = {
  /** Words that hold a sentence together. */
  readonly fillers: ReadonlySet<string>
  /** Prepositions that say which way round: the word behind one must be behind the same one on the other side. */
  readonly directions: ReadonlyMap<string, string>
  /** Words of one group say the same. */
  readonly groups: ReadonlyMap<string, string>
  /** Longer ways to say what a shorter one says, in the order in which they are applied. */
  readonly rewrites: readonly (readonly [longer: RegExp, shorter: string])[]
  /** Frames, from the first that fits: what they stand for takes their place. */
  readonly frames: readonly (readonly [frame: RegExp, kind: string])[]
  /** Endings that change the form and not the meaning, longest first. */
  readonly endings: readonly string[]
}

/** English has more to it, and a folder of its own. */
export type OtherLanguage = 'de' | 'fr' | 'es' | 'it'
export type Language = 'en' | OtherLanguage

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))
const groupsOf = (lines: string): ReadonlyMap<string, string> =>
  new Map(
    lines.split('/').flatMap((line) => {
      const words = line.trim().split(' ')
      return words.map((word) => [word, words[0] ?? word] as const)
    }),
  )

/** The edge of a word in any script: a pattern's own knows ASCII alone. */
const edge = '(?:(?<![\\p{L}\\p{N}])(?=[\\p{L}\\p{N}])|(?<=[\\p{L}\\p{N}])(?![\\p{L}\\p{N}]))'
const frame = (pattern: string, kind: string): readonly [RegExp, string] => [
  new RegExp(pattern.replaceAll('\\b', edge), 'iu'),
  kind,
]

const rewrite = (longer: string, shorter: string): readonly [RegExp, string] => [
  frame(longer, '')[0],
  shorter,
]

const de = (): Lexicon => ({
  fillers: set(
    'der die das den dem des ein eine einen einem einer eines ich mein meine meinen meinem meiner wir man es ist sind wird werden hat haben zu und so denn bitte noch sich muss müssen',
  ),
  directions: new Map(
    'von=von vom=von nach=nach vor=vor vorm=vor ohne=ohne mit=mit durch=durch gegen=gegen über=über unter=unter als=als bis=bis seit=seit in=in im=in ins=ins an=an am=an auf=auf aufs=auf bei=bei beim=bei für=für zum=zu zur=zu um=um aus=aus'
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  ),
  rewrites: [
    rewrite('\\bwie unterscheiden sich (.+) und (.+)$', 'was ist der Unterschied zwischen $1 und $2'),
    rewrite('\\bwie heißt\\b', 'was ist'),
    rewrite('\\bwie viel (?=kostet|kosten)', 'was '),
    rewrite('\\bwelche stadt ist\\b', 'was ist'),
    rewrite('\\bwie viel zeit (?:brauchen|braucht)\\b', 'wie lange'),
    rewrite('\\bzum (?=\\p{Lu})', ''),
  ],
  groups: groupsOf('kosten kostet preis teuer / öffnen öffnet / geboren geburt / heißen heißt'),
  frames: [
    frame('^(?:bitte )?(?:sag|sagen sie|nenne?|zeig|erklär|erkläre) mir\\b', 'told'),
    frame('^können sie mir sagen\\b', 'told'),
    frame('^(?:nenne|erkläre)\\b', 'told'),
    frame('^ich (?:möchte|will|muss)\\b', 'wish'),
    frame('\\bwie (?:geht das|mache ich das|funktioniert das|geht es)$', 'howto'),
    frame('^was (?:muss|kann|soll) (?:ich|man) (?:tun|machen)(?:,? um)?\\b', 'howto'),
    frame('\\bum wie ?viel uhr\\b|\\bin welchem jahr\\b|\\bwann\\b', 'when'),
    frame('\\bwarum\\b|\\bweshalb\\b|\\baus welchem grund\\b', 'why'),
    frame('\\bwie (?=lange|viele?|teuer|hoch|weit|alt|groß|oft|heiß)', 'what'),
    frame('\\bwie heißt\\b', 'what'),
    frame('\\bwie (?:kann|kannst|können) (?:ich|man|wir)\\b', 'howto'),
    frame('\\bwie (?=\\p{L}+e ich\\b)', 'howto'),
    frame('\\bwie\\b', 'how'),
    frame('\\bwo\\b', 'where'),
    frame('\\bwer\\b', 'who'),
    frame('\\bworin besteht\\b', 'what'),
    frame('\\bwas\\b|\\bwelcher?\\b|\\bwelches?\\b|\\bwelchen\\b', 'what'),
    frame('^ist es möglich\\b', 'can'),
    frame('^(?:kann|darf|können|dürfen|lässt)\\b', 'can'),
    frame('^(?:muss|soll|sollte|müssen)\\b', 'must'),
    frame('^(?=\\p{L}+t\\b|ist\\b|sind\\b)', 'yesno'),
  ],
  endings: ['en', 'et', 'e', 'n', 't'],
})

const fr = (): Lexicon => ({
  fillers: set(
    'le la les l un une des du de d je j mon ma mes il elle on ce c cette est sont a ont y et se s qu que t',
  ),
  directions: new Map(
    'à=à au=à aux=à par=par sans=sans avant=avant après=après avec=avec vers=vers contre=contre en=en dans=dans pour=pour sur=sur depuis=depuis chez=chez'
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  ),
  rewrites: [
    rewrite('\\bquelle ville est\\b', 'quelle est'),
    rewrite('\\bil faut\\b', ''),
    rewrite('\\bquel auteur a\\b', 'qui a'),
    rewrite('^par qui (.+) a-t-(?:il|elle) été (\\S+)$', 'qui a $2 $1'),
  ],
  groups: groupsOf('écrire écrit auteur'),
  frames: [
    frame('^(?:peux-tu|pouvez-vous) me dire\\b', 'told'),
    frame('^(?:dis|dites|donne|donnez|explique|expliquez)-moi\\b', 'told'),
    frame('^je (?:veux|voudrais|souhaite|dois)\\b', 'wish'),
    frame('\\bcomment (?:faire|ça marche)$', 'howto'),
    frame('^que (?:dois-je|faut-il|puis-je) faire pour\\b', 'howto'),
    frame('\\bcomment (?:puis-je|peut-on|dois-je)\\b', 'howto'),
    frame('\\bcomment\\b', 'howto'),
    frame('\\bpourquoi\\b|\\bpour quelle raison\\b', 'why'),
    frame('\\b(?<!\\p{L})à quelle heure\\b|(?:^|\\s)à quelle heure\\b|\\bquand\\b', 'when'),
    frame('\\b(?:pendant )?combien de temps(?: (?:faut-il|doit-on))?', 'duration'),
    frame('\\boù\\b', 'where'),
    frame('\\bqui\\b', 'who'),
    frame('\\bquel(?:le)?s?\\b|\\ben quoi consiste\\b|\\bqu’est-ce que\\b', 'what'),
    frame("^(?:est-ce que|est-ce qu['’])", 'yesno'),
    frame('-t-(?:il|elle)\\b', 'yesno'),
  ],
  endings: ['s'],
})

const es = (): Lexicon => ({
  fillers: set('el la los las un una unos unas de del yo mi mis se lo es son está están hay ha y que qué'),
  directions: new Map(
    'a al después antes sin con desde hasta contra por en para sobre'
      .split(' ')
      .map((word) => [word, word === 'al' ? 'a' : word] as const),
  ),
  rewrites: [rewrite('\\bqué ciudad es\\b', 'cuál es')],
  groups: new Map(),
  frames: [
    frame('^¿?(?:me puedes|puedes|me puede|puede) (?:decir|decirme)\\b', 'told'),
    frame('^(?:dime|explícame|dígame|muéstrame)\\b', 'told'),
    frame('^(?:quiero|quisiera|necesito)\\b', 'wish'),
    frame('\\bcómo (?:lo hago|se hace|puedo hacerlo)$', 'howto'),
    frame('¿?qué (?:tengo que|debo|puedo|hay que) hacer para\\b', 'howto'),
    frame('\\bcómo (?:puedo|se puede|debo)\\b', 'howto'),
    frame('\\bcómo\\b', 'howto'),
    frame('\\bpor qué\\b|\\bcuál es la razón (?:de|por la) que\\b', 'why'),
    frame('\\ba qué hora\\b|\\bcuándo\\b', 'when'),
    frame('\\bdónde\\b', 'where'),
    frame('\\bquién\\b', 'who'),
    frame('\\ben qué consiste\\b|\\bcuál\\b|\\bqué\\b', 'what'),
    frame('^¿?es posible\\b', 'can'),
    frame('^¿?(?:se puede|puedo|podemos)\\b|(?<=, ¿)puedo\\b', 'can'),
  ],
  endings: ['ar', 'er', 'ir', 's', 'o'],
})

/** Gender is an ending in Italian, and a son no daughter: no ending is taken off. */
const it = (): Lexicon => ({
  fillers: set('il lo la i gli le l un uno una io mio mia miei mie è sono ha ho si e che d c'),
  directions: new Map(
    'di=di del=di dello=di della=di dei=di degli=di delle=di dell=di a=a ad=a al=a allo=a alla=a ai=a alle=a all=a da=da dal=da dalla=da dallo=da dai=da in=in nel=in nella=in nello=in nei=in nell=in con=con su=su sul=su sulla=su per=per senza=senza prima=prima dopo=dopo tra=tra fra=tra contro=contro'
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  ),
  rewrites: [
    rewrite('\\b(?:su internet|in rete)\\b', 'online'),
    rewrite('\\bwi-fi\\b', 'wifi'),
    rewrite('\\bqual è (?:il modo|la procedura) (?:per|di)\\b', 'come posso'),
  ],
  groups: groupsOf('chilometro chilometri km / autore scritto scrisse / telefono cellulare'),
  frames: [
    frame('^(?:puoi|può|potresti|potrebbe|mi sai|sai) (?:dirmi|dire|spiegarmi)\\b', 'told'),
    frame('^(?:dimmi|spiegami|elenca|mostrami)\\b', 'told'),
    frame('^(?:vorrei|voglio|devo|desidero)\\b', 'wish'),
    frame('\\bcome (?:si fa|faccio|procedo|funziona)$', 'howto'),
    frame('\\b(?:che )?cosa (?:devo|posso|bisogna) fare per\\b', 'howto'),
    frame('\\bcome (?:posso|si può|devo|faccio a|si fa a)\\b', 'howto'),
    frame('\\bcome\\b', 'howto'),
    frame('\\bperché\\b|\\bper quale (?:motivo|ragione)\\b', 'why'),
    frame('\\b(?:a che ora|quando)\\b', 'when'),
    frame('\\bin (?:che|quale) anno\\b', 'year'),
    frame('\\bdove\\b', 'where'),
    frame('\\bchi\\b', 'who'),
    frame('\\bquant[oaie]\\b', 'quantity'),
    frame('\\b(?:che cosa|cosa|quale|quali|qual)\\b', 'what'),
    frame('^(?:è possibile|si può|posso|possiamo)\\b', 'can'),
  ],
  endings: [],
})

const makers: Readonly<Record<OtherLanguage, () => Lexicon>> = { de, fr, es, it }
const made = new Map<OtherLanguage, Lexicon>()

/** Made when it is first asked for: most isolates meet one language. */
export function lexiconOf(language: OtherLanguage): Lexicon {
  const known = made.get(language) ?? makers[language]()
  made.set(language, known)
  return known
}

const telling: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set(
    'the is are was were what how do does did i my your to of in on at by with from and or can could should would will may must when who whom whose where which why it a an for be have has there that this if not me you we tell please many much long get',
  ),
  de: set(
    'der die das den dem des ist sind war wurde wird werden wie was ich mir mein meine meinen meinem meiner von wann kann kannst können könnte darf dürfen soll sollte man ein eine einen einem einer nicht welche welcher welches welchem welchen warum weshalb wieso muss müssen zwischen und im in am zum zur auf mit für bei nach wo wer lange viel viele jahr sie es gibt geht bitte wenn um zu heißt',
  ),
  fr: set(
    'le la les est sont quelle quel quels quelles comment mon ma mes de du des un une que qui à je on pour quand pourquoi combien entre et a au aux dans il elle faut peut puis sur par avec où ce cette ne pas auteur faire y quoi',
  ),
  it: set(
    'il lo gli della dello dei degli delle di che come cosa quanto quanti quale qual quando dove perché è sono non per con mio mia un una uno posso devo si nel nella dal dalla al alla sul sulla ho ha chi anno da',
  ),
  es: set(
    'el la los las es son cuál cuáles cómo mi mis de del un una qué que para quién cuándo cuánto cuánta cuántos puedo puede dónde por entre y después dime a en con al se hay tengo hacer está no lo su',
  ),
}

/** Letters that only one of them has. */
const letters: Readonly<Record<Language, RegExp>> = {
  en: /(?!)/,
  de: /[äöüß]/,
  fr: /[àâçèêëîïôùûœ]/,
  es: /[¿¡ñíóú]/,
  it: /[ìòàèù]/,
}

/** The language with the most of its commonest words; English where none has any. `text` is in small letters. */
export function languageOf(text: string): Language {
  const words = text.match(/\p{L}+/gu) ?? []
  let best: Language = 'en'
  let most = 0
  for (const language of Object.keys(telling) as Language[]) {
    const known = telling[language]
    const own = letters[language].test(text) ? 1 : 0
    const count = words.reduce((sum, word) => sum + (known.has(word) ? 1 : 0), own)
    if (count > most) [best, most] = [language, count]
  }
  return best
}
