/**
 * English forms taken back to the words that they may be forms of. "Planes" may be "plane" and never "plan", since -es is an ending only
 * behind a hiss; "planned" is "plan" and "planed" is "plane". Where a form leaves two words open ("visiting": visit, visite) both are given, and two
 * forms are of one word where they have one in common.
 */
const irregular = `be am is are was were been being/have has had having/do does did done doing/go goes went gone/get gets got gotten/
make made/take took taken/bring brought/buy bought/send sent/know knew known/find found/forget forgot forgotten/write wrote written/
lose lost/begin began begun/break broke broken/build built/choose chose chosen/come came/cost costs/cut cuts/draw drew drawn/drink drank drunk/
drive drove driven/eat ate eaten/fall fell fallen/feed fed/feel felt/fight fought/fly flew flown flies/freeze froze frozen/give gave given/
grow grew grown/hang hung/hear heard/hide hid hidden/hold held/keep kept/lay laid/lead led/learn learnt/leave left leaves/lend lent/lie lay lain lying/
light lit/mean meant/meet met/pay paid/ride rode ridden/ring rang rung/rise rose risen/run ran/say said/see saw seen/sell sold/shake shook shaken/
shine shone/shoot shot/show shown/shrink shrank shrunk/sing sang sung/sink sank sunk/sit sat/sleep slept/speak spoke spoken/spend spent/
stand stood/steal stole stolen/stick stuck/swear swore sworn/swim swam swum/teach taught/tear tore torn/tell told/think thought/throw threw thrown/
understand understood/wake woke woken/wear wore worn/win won/bear born borne/beat beaten/become became/catch caught/deal dealt/dig dug/
seek sought/burn burnt/overcome overcame/withdraw withdrew withdrawn/undo undid undone/redo redid redone/die died dying death dead/tie tying/
child children/man men/woman women/foot feet/tooth teeth/mouse mice/goose geese/person people persons/life lives/wife wives/knife knives/
half halves/shelf shelves/leaf leafs/wolf wolves/thief thieves/index indices indexes/matrix matrices/analysis analyses/crisis crises/basis bases/
medium media/criterion criteria/bus buses/gas gases/this these/that those/dose doses`

let forms: ReadonlyMap<string, string> | null = null
function irregularForms(): ReadonlyMap<string, string> {
  forms ??= new Map(
    irregular.split('/').flatMap((line) => {
      const [word = '', ...others] = line.trim().split(' ')
      return others.map((form) => [form, word] as const)
    }),
  )
  return forms
}

const vowel = /[aeiouy]/

/** The words that a form may be of, itself the first of them where it is no irregular one. */
export function wordsOf(form: string): readonly string[] {
  const known = irregularForms().get(form)
  if (known !== undefined) return [known]
  if (form.length < 4) return [form]
  const found = [form]
  if (form.endsWith('ies') && form.length > 4) found.push(`${form.slice(0, -3)}y`)
  else if (/(?:[sxz]|ch|sh)es$/.test(form)) found.push(form.slice(0, -2), form.slice(0, -1))
  else if (form.endsWith('oes')) found.push(form.slice(0, -2), form.slice(0, -1))
  else if (/[^siu]s$/.test(form)) found.push(form.slice(0, -1))
  else if (form.endsWith('ied')) found.push(`${form.slice(0, -3)}y`)
  else if (form.endsWith('eed')) found.push(form.slice(0, -1))
  else if (form.endsWith('ed')) found.push(...verbsOf(form.slice(0, -2)))
  else if (form.endsWith('ing')) found.push(...verbsOf(form.slice(0, -3)))
  return found
}

/** What is left of a verb without -ed or -ing. */
function verbsOf(left: string): readonly string[] {
  if (left.length < 2 || !vowel.test(left)) return []
  const doubled = /([bdgmnprtlvzk])\1$/.test(left)
  if (doubled) return left.length > 4 || !/(?:ll|dd|zz)$/.test(left) ? [left.slice(0, -1), left] : [left]
  const closed = /^[^aeiou]*[aeiou][bcdgmnprtvzkls]$/.test(left)
  // "Rated" is never "rat", which would have doubled its t.
  if (closed) return [`${left}e`]
  return [left, `${left}e`]
}

/** Equal for all forms that may be of one word, and for some more. */
export function looseStem(form: string): string {
  const word = irregularForms().get(form) ?? form
  let stem = /[^s]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word
  for (const ending of ['ing', 'ie', 'ied', 'ed', 'e', 'y']) {
    if (!stem.endsWith(ending) || stem.length - ending.length < 2) continue
    stem = stem.slice(0, -ending.length)
    break
  }
  return stem.replace(/([b-df-hj-np-tv-z])\1$/, '$1').replace(/[eiy]$/, '')
}
