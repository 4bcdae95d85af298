/**
 * What is known of English beside WordNet: words that only hold a sentence together, prepositions, and everyday words that say the same
 * where WordNet, which counts every sense a word ever had, knows too many of them to say so.
 *
 * A word that is in no list carries meaning, and must be found on the other side. Words that turn a question round (not, without, before, only) are
 * in none. "Purchase" is "buy"; "rent", "lend" and "borrow" are themselves.
 */
import { lazily } from '../../lazily/lazily.ts'
import { wordClasses } from '../words/word-classes.ts'

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

export const determiners: ReadonlySet<string> = set('a an the my our your its this that these those')

export const fillers: ReadonlySet<string> = set(
  'a an the i we our it its that this these those is are was were be been am do does did and there will would shall can could may might so please also then t s my your',
)

/** Prepositions, by what they are taken for. */
export const prepositions: ReadonlyMap<string, string> = new Map(
  'instead=instead because-of=because due-to=because according-to=according apart-from=except except=except in-front-of=before next-to=beside in-order-to=to of=of in=in at=in within=in on=on upon=on onto=to into=to to=to towards=to for=for with=with via=with using=with from=from by=by than=than before=before after=after without=without over=over under=under against=against about=about regarding=about concerning=about through=through between=between during=during since=since until=until till=until if=if when=if as=as behind=behind above=above below=below near=near inside=inside outside=outside per=per around=around across=across'
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
)

/** These may be folded: "the branch in Leeds" is "the Leeds branch". */
export const folding: ReadonlySet<string> = set('of in on for with')

/** Of each line every word is taken for the first. */
const sameWords = `delete remove erase/disable deactivate/enable activate/buy purchase/fix repair mend/start begin commence/end finish/
get obtain receive acquire/show display/change modify alter/photo photograph picture pic/movie film/tv television telly/
app application/info information/fridge refrigerator/bike bicycle/car automobile auto/plane airplane aeroplane/ad advert advertisement/
exam examination/kid child/fast quick rapid quickly rapidly speedy/big large huge/cheap inexpensive/expensive costly pricey/wrong incorrect/
easy simple/allow permit let/forbid prohibit ban/happen occur/need require/choose select pick/country nation/illness disease sickness/
doctor physician/medicine medication/company firm/client customer/error mistake/holiday vacation/flat apartment/lift elevator/petrol gasoline/
lorry truck/rubbish garbage trash/tap faucet/invoice bill/book reserve reservation/job occupation/shut close/phone telephone/postpone defer/
help assist assistance/use utilise utilize usage/differ difference different/pronounce pronunciation/invent invention/
answer reply respond response/max maximum/min minimum/lawyer attorney solicitor/taxi cab/metro subway/trousers pants/maths math mathematics/
luggage baggage/computer pc/quit exit/travel trip journey/rent hire rental/
kilometre kilometer km kms/metre meter/centimetre centimeter cm/millimetre millimeter mm/litre liter/millilitre milliliter ml/kilogram kilo kilogramme kg kgs/
gram gramme/milligram milligramme mg/pound lb lbs/ounce oz/restart reboot/frequent frequently/
theatre theater/colour color/grey gray/licence license/tyre tire/programme program/jewellery jewelry/aluminium aluminum/centre center/
cosy cozy/pyjamas pajamas/defence defense/organise organize/favourite favorite/neighbour neighbor/behaviour behavior/catalogue catalog/
subscribe subscription/renew renewal/refund reimburse reimbursement/register registration enrol enroll enrolment enrollment/deliver delivery/
ship shipment/cancel cancellation cancelation/install installation/verify verification/activate activation/repay repayment/
withdraw withdrawal/encrypt encryption/decrypt decryption/marry marriage/live reside dwell/sofa couch/ill sick/locate location`

/** Two words that are one verb, and the one that they are taken for. */
export const phrases: () => readonly (readonly [RegExp, string])[] = lazily(() =>
  (
    [
      ['(?:turn|switch|shut)(s|ed|ing)? off', 'disable'],
      ['(?:turn|switch)(s|ed|ing)? on', 'enable'],
      [
        '(?:log|sign|logg|logged|logging|signing|signed)(?:ing|ed|s)? ?(?:-| )?(?:in|on|into)(?: to)?',
        'login',
      ],
      ['(?:logging|signing|logged|signed|log|sign)(?:ing|ed|s)? ?(?:-| )?(?:out|off)(?: of)?', 'logout'],
      ['sign(?:ing|ed|s)? ?(?:-| )?up', 'register'],
      ['set(?:ting|s)? ?(?:-| )?up', 'setup'],
      ['back(?:ing|ed|s)? ?(?:-| )?up', 'backup'],
      ['check(?:ing|ed|s)?(?:-| )in(?: to)?', 'checkin'],
      ['check(?:ing|ed|s)?(?:-| )out(?: of)?', 'checkout'],
      ['get(?:ting|s)? rid of|got rid of', 'remove'],
      ['get(?:ting|s)? in touch with|get hold of', 'contact'],
      [
        '(?:give|giving|send|sending|bring|bringing|gave|sent) (?:(?:it|them|something|it all) )?back',
        'return',
      ],
      ['fill(?:ing|ed|s)? (?:in|out)', 'complete'],
      ['put(?:ting|s)? off', 'postpone'],
      ['call(?:ing|ed|s)? off', 'cancel'],
      ['throw(?:ing|s)? (?:away|out)|dispos(?:e|ing) of', 'discard'],
      ['instead of|rather than', 'instead'],
      ['because of|due to|on account of|owing to', 'because-of'],
      ['apart from|except for', 'except'],
      ['in front of', 'in-front-of'],
      ['next to', 'next-to'],
      ['according to', 'according-to'],
      ['on the (?:internet|web)|over the internet', 'online'],
      ['capital city', 'capital'],
      ['(?:get|gets|getting|got) (?=\\w+ed\\b)', ''],
      ['value[- ]added tax', 'VAT'],
      ['european union', 'EU'],
      ['united kingdom', 'UK'],
      ['united states(?: of america)?|usa|u\\.s\\.(?:a\\.)?', 'US'],
      ['(?:in|at|on) your (?:shop|store|site|website)', ''],
      ['as well', ''],
      ['(?:e-mail|electronic mail)', 'email'],
      ['wi-fi', 'wifi'],
      ['user name', 'username'],
      ['mobile phone|cell phone|cellphone|smartphone', 'mobile'],
      ['web ?site', 'website'],
      ['zip code|postal code', 'postcode'],
      ['t-shirt', 'tshirt'],
      ['credit-card', 'credit card'],
    ] as const
  ).map(([longer, shorter]) => [new RegExp(`\\b(?:${longer})\\b`, 'gi'), shorter] as const),
)

/** Verbs that say of a noun for an act only that it is done: "make a payment" is "pay". */
export const lightVerbs: ReadonlySet<string> = set(
  'make do place perform give carry conduct undertake file submit',
)

type WordClass = { readonly head: string; readonly act: boolean }
const classes = lazily(readClasses)

/** What a word is taken for, and whether it is a noun for an act. */
export function classOf(word: string): WordClass | undefined {
  return classes().get(word)
}

function readClasses(): Map<string, WordClass> {
  const read = new Map<string, WordClass>()
  const heads = new Map<string, string>()
  const everyday = sameWords.split('/').map((line) => line.trim().split(' '))
  for (const [head = '', ...others] of everyday) for (const other of others) heads.set(other, head)
  const headOf = (word: string): string => heads.get(word) ?? word
  for (const line of wordClasses.split('/')) {
    const [first = '', ...others] = line.split(' ')
    const head = headOf(first)
    read.set(first, { head, act: false })
    for (const other of others) {
      const act = other.startsWith('+')
      const word = act ? other.slice(1) : other
      read.set(word, { head: heads.get(word) ?? head, act })
    }
  }
  for (const [head = '', ...others] of everyday) {
    read.set(head, { head, act: false })
    for (const other of others) read.set(other, { head, act: nounOfAct.test(other) })
  }
  return read
}

const nounOfAct = /(?:[st]ion|ment|al|[ae]nce|ery|age)$/
