/**
 * The ways in which English asks for one thing, each a frame around what is asked about. A frame says what kind of answer is wanted, and
 * whether a verb follows ("how do I cancel my plan") or a noun ("the procedure for the cancellation of my plan").
 */
export type Opening = {
  readonly kind: string
  readonly rest: string
  /** The whole, as far as it was rewritten. */
  readonly text: string
  /** The first word of the rest is what somebody does. */
  readonly verbal: boolean
  /** Whose doing it is, where it is said: the one who asks, or the one who is asked. */
  readonly subject: 'i' | 'you' | null
}

type Frame = readonly [pattern: RegExp, becomes: string]
const rewrite = (pattern: string, becomes: string): Frame => [new RegExp(pattern, 'i'), becomes]

const somebody = '(?:i|we|you|one|people|someone|somebody|anyone|a person|a user|users|customers)'
const good = '(?:(?:best|right|proper|correct|usual|normal|standard|recommended|good|simple|easy|typical) )?'
const way = '(?:ways?|methods?|procedures?|process|approach|steps?|instructions?|directions?|technique|trick)'

/** What asks to be told something is taken off, and what is asked stands first. */
const told: readonly Frame[] = [
  rewrite(
    '^(?:can|could|would|will) (?:you|someone|anyone|somebody|anybody) (?:tell|show|explain to|explain|advise|remind|inform|teach|give|help|name|describe|list|let|guide|walk)(?: (?:me|us))?(?: (?:know|understand|through|with|about))?\\b',
    '@',
  ),
  rewrite(
    '^(?:do|does|would) (?:you|anyone|anybody|someone|somebody) (?:happen to )?(?:know|remember)(?: of| about)?\\b',
    '@',
  ),
  rewrite(
    '^(?:any(?:body|one)? (?:idea|clue|know|knows)|any idea|(?:i (?:was|am)|just) (?:just )?wondering|i wonder|i am (?:curious|interested to know|not sure|unsure)|i do not (?:know|understand)|i have no idea|let (?:me|us) know|tell (?:me|us)|show (?:me|us)|teach me|advise me|remind me|give me(?= (?:the|my|your|all|some|information|details|directions)\\b)|i need to know|i need information (?:on|about)|may i ask|can i ask|i wanted to ask)(?: about)?\\b',
    '@',
  ),
  rewrite(
    '^(?:i|we) (?:would (?:really )?(?:like|love)|want|need|wish) to (?:know|learn|find out|understand|ask|see|be told|hear)(?: about)?\\b',
    '@',
  ),
  rewrite('^(?:walk|guide|talk|take) me through(?: the (?:process|steps) (?:of|for|to))?\\b', 'steps for'),
  rewrite(
    '^(?:(?:i|we) (?:need|want|would like) (?:some )?help|help|help me|assist me|i am having trouble|(?:i|we) need (?:assistance|instructions|directions|a guide))(?: (?:with|in|to|on|for))?\\b',
    'steps for',
  ),
  rewrite('^@ (?:to )?(?:do |the )?(?=how|what|when|where|why|who|which|whether|if)', '@ '),
]

const preposition = '(in|on|at|through|with|to|from|for|under|into|by|against|about)'

const rewrites: readonly Frame[] = [
  rewrite('\\b(?:am|are) (i|we|you) (?:allowed|permitted|able) to\\b', 'can $1'),
  [/\b([A-Z]{2,5}|csv|pdf|json|xml|png|jpg|zip) (?:files?|documents?|format)\b/, '$1'],
  // Told: "whether it is possible", "how I can", "what the price is".
  rewrite('^@ (?:whether|if) it is\\b', 'is it'),
  rewrite(
    `^@ (?:whether|if) (${somebody}|there) (is|are|am|can|could|may|must|should|have to|need to|will)\\b`,
    '$2 $1',
  ),
  rewrite('^@ (?:whether|if)\\b', 'whether'),
  rewrite(
    `^@ how (?:to|${somebody} (?:can|could|should|may|might|would|must|do|have to|need to|am supposed to|are supposed to))\\b`,
    'how do i',
  ),
  rewrite('^@ (?=how|what|when|where|why|who|which|at|in|on|by|for)', ''),
  rewrite(`^@ (?:the |all the |all )?${way} (?:of|to|for)\\b`, 'steps for'),
  rewrite('^@ (?:the )?(?:difference|differences) ', 'what is the difference '),
  rewrite('^@ ', 'what is '),
  rewrite(
    '^(?:explain|describe|define|list|name|specify|state)(?: (?:to )?me)? (?=how|why|what|when|where|which|who)',
    '',
  ),
  rewrite('^(?:explain|describe|define|list|name|specify|state)(?: (?:to )?me)?(?: all)?\\b', 'what is'),
  rewrite('^(?:what is )?(?:the )?(?:definition|meaning) of\\b', 'what is'),
  rewrite('^what (?:does|do|is|are) (.+?) (?:mean|stand for|signify|meant by)$', 'what is $1'),
  rewrite('^what is meant by\\b', 'what is'),
  rewrite('^what (?:does|do) it mean (?:to|when|if)\\b', 'what is'),
  rewrite('^(?:give|provide|state|specify|present)\\b', 'what is'),
  rewrite('^whats\\b', 'what is'),
  rewrite('^hows\\b', 'how is'),
  rewrite('^wheres\\b', 'where is'),
  rewrite('^(?:calculate|compute|work out|evaluate|find) (?=the\\b|\\d)', 'what is '),
  rewrite('^(.+) (?:is|equals) what$', 'what is $1'),
  rewrite('^how much is (?=\\d)', 'what is '),
  rewrite('^number of\\b', 'how many'),
  rewrite('^what is (?:the )?number of\\b', 'how many'),
  // Two that are held against each other.
  rewrite(
    '^(?:what is |what is the difference )?(.+?) (?:vs\\.?|versus) (.+?)(?:[,:?] ?(?:what is|what are|how|which).*differ\\S*(?: is it| are they)?| differences?)?$',
    'what is the difference between $1 and $2',
  ),
  rewrite(
    '^(?:how|in what ways?|in which ways?) (?:do|does|are|is) (.+? and .+?) (?:differ|differs|different)\\b',
    'what is the difference between $1',
  ),
  rewrite(
    '^(?:how|in what way) (?:does|do|is|are) (.+?) (?:differ|different) from (.+)$',
    'what is the difference between $1 and $2',
  ),
  rewrite('^what (?:distinguishes|separates) (.+?) from (.+)$', 'what is the difference between $1 and $2'),
  // Units.
  rewrite(
    '^(?:convert|change|what is|what are|calculate|how much (?:is|are)) (\\d\\S*) (\\S+) (?:to|into|in|as)(?: a)? (\\S+)$',
    'how many $3 in $1 $2',
  ),
  rewrite('^(\\d\\S*) (\\S+) (?:is|are|equals?|makes?) how many (\\S+)$', 'how many $3 in $1 $2'),
  rewrite('^(\\d\\S*) (\\S+) (?:in|to|into) (\\S+)$', 'how many $3 in $1 $2'),
  rewrite(
    '^how many (\\S+) (?:is|are|equals?|makes?|make up)(?: there)? (?:in )?(\\d\\S*) (\\S+)$',
    'how many $1 in $2 $3',
  ),
  // The way to do something.
  rewrite('^how (?:to|does one|do one)\\b', 'how do i'),
  rewrite(`^how (?:would|could|should|do|can|might) ${somebody} go about\\b`, 'steps for'),
  rewrite(
    `^(?:what|which) (?:is|are|would be) (?:the|a|some) ${good}${way} (?:${somebody} (?:can|could|should|use|need|take|have to|must)(?: (?:use|take|follow))?(?: to)?|of|to|for|in|on|involved in|by which i can)\\b`,
    'steps for',
  ),
  rewrite(
    `^(?:is|are) there (?:a|an|any|some) ${good}(?:${way}|possibility) (?:(?:for (?:me|us) )?to|of|for|that i can|i can|in which i can)\\b`,
    'steps for',
  ),
  rewrite(
    `^(?:what is )?(?:the |a |any |some )?${good}(?:${way}|guide|tutorial|tips|advice|help) (?:to|for|on|of|about)\\b`,
    'steps for',
  ),
  rewrite(
    `^(?:what|which) ${way} (?:do|should|must|can|are|would) ?(?:i|we|you|one)? ?(?:need |have |required |needed )?(?:to )?(?:take|follow|use|go through|do)?(?: in order)? ?(?:to|for|when|if i want to)\\b`,
    'steps for',
  ),
  rewrite(
    `^what (?:do|should|must|can|would|does) ${somebody} (?:have to |need to )?do (?:in order )?(?:to|so that i can|if i want to|when i want to|for)\\b`,
    'steps for',
  ),
  rewrite('^what (?:is|are) (?:needed|required|necessary|involved) (?:in order )?(?:to|in)\\b', 'steps for'),
  rewrite(
    '^what (?:does it take|needs to be done|must be done|has to be done|should be done) (?:in order )?to\\b',
    'steps for',
  ),
  rewrite(
    '^(.+ing\\b.*?)[,:]? how (?:do|can|should|does|is) (?:i|it|this|that|one) (?:do it|do that|work|done)$',
    'steps for $1',
  ),
  rewrite(
    '^(?:i|we) (?:would (?:really )?like|want|need|wish|am trying|am looking|would love|have) to (.+?)[,:]? ?(?:and|but)? ?(?:i )?(?:do not know how|am not sure how|how|how do i|what do i do|how can i)$',
    'how do i $1',
  ),
  rewrite(
    '^(?:i|we) (?:would (?:really )?like|want|wish|am trying|am looking|would love) to\\b(?!.*\\b(?:can|could|is|are|does|do|what|which|who|when|where|why|if|whether|may|will)\\b)',
    'how do i',
  ),
  // What to do when something happened.
  rewrite(
    `^what (?:should|do|can|could|must|would|shall|am|are) ${somebody} (?:supposed to |have to |need to )?do (?:if|when|after|in case(?: of)?|once)\\b`,
    'what-to-do if',
  ),
  rewrite(
    '^what (?:to do|needs to be done|should be done|must be done|has to be done|is to be done)(?: (?:if|when|after|in case(?: of)?|once))\\b',
    'what-to-do if',
  ),
  // Reasons.
  rewrite(
    '^what (?:caused|led to|were the (?:causes|reasons) (?:of|for)|was the (?:cause|reason) (?:of|for))\\b',
    'why did',
  ),
  rewrite('^why (did|does|do) (.+?) (?:happen|occur|take place)$', 'why $1 $2'),
  rewrite(
    '^(?:what is the reason|what are the reasons|for what reasons?|what makes|how come|what is the cause|what are the causes|what causes|the reasons?)(?: (?:why|that|for|behind|of))?\\b',
    'why',
  ),
  // Persons.
  rewrite('^(?:which|what) (?:person|man|woman|people|individual)\\b', 'who'),
  rewrite('^(?:what|which) (?:is|was) the name of the (?:person|man|woman) (?:who|that)\\b', 'who'),
  rewrite(
    '^(?:which|what) (author|writer|inventor|painter|composer|director|artist|poet|novelist)\\b',
    'who',
  ),
  rewrite('^by whom (?:was|were|is|are|has|have)(?: been)? (.+) (\\S+)$', 'who $2 $1'),
  rewrite('^who (?:was|were|is|are) (.+) (\\S+(?:ed|en|wn|t|de)) by$', 'who $2 $1'),
  rewrite('^(.+) (?:was|is) (\\S+(?:ed|en|wn)) by (?:whom|who)$', 'who $2 $1'),
  rewrite('^who (?:is|was|were|are) (?:the |an? )?(?:author|writer)s? of\\b', 'who wrote'),
  rewrite("^who (?:is|was|were|are) (.+)'s? (?:author|writer)$", 'who wrote $1'),
  rewrite(
    '^who (?:is|was|were|are) (?:the |an? )?(invent|discover|compos|direct|own|found|design|creat|paint|win|translat|produc)n?(?:er|or)s? of\\b',
    'who $1ed',
  ),
  rewrite(
    "^who (?:is|was|were|are) (.+)'s? (invent|discover|compos|direct|own|found|design|creat|paint|translat|produc)(?:er|or)$",
    'who $2ed $1',
  ),
  rewrite('^who (?:is|was) the person (?:who|that)\\b', 'who'),
  // Time and place.
  rewrite(
    '^what (?:is|are|was) (?:the |my |your )?(?:date|year|day) of birth of\\b|^what (?:is|was) the birth (?:date|year|day) of\\b',
    'when was born',
  ),
  rewrite(
    "^what (?:is|was) (.+)'s? (?:(?:date|year|day) of birth|birth ?(?:date|year|day))$",
    'when was $1 born',
  ),
  rewrite(
    '^what (?:is|are) (?:the |your |my )?(start|opening|closing|departure|arrival|launch|release|expiry|expiration|check-?in|check-?out|finish|end)(?:ing)? (?:times?|dates?)(?: (?:of|for|at))?\\b',
    'when $1',
  ),
  rewrite(
    '^(?:at |in |on )?(?:what|which) (?:time of (?:the )?(year)|(time|date|day|year|month)(?: of (?:the )?(?:day|week|month))?)(?: (?:is|are|was|were|will) (?=it\\b))?',
    'when @$1$2',
  ),
  rewrite(
    `^where (?:can|do|could|should|would|might|may) ${somebody} (?:find|locate|look for|see)\\b`,
    'where',
  ),
  rewrite('^where (?:is|are|was|were) (.+?) (?:located|situated|found|to be found)\\b', 'where is $1'),
  rewrite(
    '^(?:what is )?the (?:exact )?(?:location|whereabouts) of\\b|^what is the location of\\b|^whereabouts\\b',
    'where is',
  ),
  rewrite('^(?:in|at) (?:what|which) (?:place|location)\\b', 'where'),
  rewrite(
    '^if (?:i|we|you|one) (.+?), how long (?:does|will|would) (?:it|that|this) take$',
    'how long does it take to $1',
  ),
  rewrite(
    '^if (?:i|we|you|one) (.+?), how much (?:does|will|would) (?:it|that|this) cost$',
    'how expensive is $1',
  ),
  // Measures.
  rewrite('^(what|which|how many|how much) (.+?) (?:do|does|did) (.+?) have$', '$1 $2 of $3'),
  rewrite('\\b(boiling|melting|freezing) point\\b', '$1 temperature'),
  rewrite('^why (?:do|does|did|is|are) (.+?) cost so much$', 'why is $1 so expensive'),
  rewrite('^(?:which|what) (?:city|town|country|place) is (?=the )', 'what is '),
  rewrite(
    `^(?:for )?how long (?:does|will|would|do|did|is|should|must|can|may) (?:it|one)(?: usually| normally| typically)? (?:take|takes|need|last|required|necessary) ?(?:(?:for )?(?:me|us|you|one) )?(?:to|for|until|before)?\\b`,
    'how-long',
  ),
  rewrite(
    '^how (?:long|much time|many time) (?:is|does it) (?:needed|required|necessary|take) (?:to|for)\\b',
    'how-long',
  ),
  rewrite('^(?:for )?(?:how long|how much time)\\b', 'how-long'),
  rewrite(
    `^what (?:is|are|was) the (?:number|quantity|total number) of\\b|^(?:what|which) number of\\b`,
    'how many',
  ),
  rewrite('^what (?:is|was) the amount of\\b|^what amount of\\b', 'how much'),
  rewrite(
    '^(?:how many people|how many inhabitants|how many residents)(?: (?:are|live|lived|reside|does|do))?(?: there)?(?: living)?\\b',
    'how many people',
  ),
  rewrite('^what (?:is|was) the population of\\b', 'how many people in'),
  rewrite("^what (?:is|was) (.+)'s? population$", 'how many people in $1'),
  rewrite('^how far (?:away )?(?:is it )?from\\b', 'how far from'),
  rewrite('^how far (?:away )?is (.+) from (.+)$', 'how far from $1 to $2'),
  rewrite('^(?:what is )?the distance between (.+) and (.+)$', 'how far from $1 to $2'),
  rewrite('^how far apart are (.+) and (.+)$', 'how far from $1 to $2'),
  rewrite(
    '^what (?:do|does|did|would|will|must|should) (?:i|we|you|one) (?:have to |need to )?pay for\\b',
    'how expensive is',
  ),
  rewrite('^(?:what|how much) (?:do|does|did|would|will) (.+?) cost\\b', 'how expensive is $1'),
  rewrite('^how much (?:is|are|was|were) (?!.*\\d)', 'how expensive is '),
  rewrite(
    '^what (?:do|does|did) (.+?) weigh\\b|^how much (?:do|does|did) (.+?) weigh\\b',
    'how heavy is $1$2',
  ),
  rewrite('^(?:at |to )?(?:what|which) temperature\\b', 'how hot'),
  rewrite(`^(?:what is|what are) (?:all )?(?:the )?(.+?) ${preposition} which (.+)$`, 'what $1 $3 $2'),
  rewrite('^(?:do|does) (?!i\\b|you\\b|we\\b)(.+?) have (?!to\\b)(?:any |an? |the )?(.+)$', 'is $2 at $1'),
  rewrite('^(is|are) (?:there )?(.+?) available\\b', '$1 $2'),
  rewrite('^who (is|was|are|were) (?=(?:the|a|an|my|your|our) (?!\\S+ing\\b)|\\S+ of\\b)', 'what $1 '),
  // Leave and duty.
  rewrite(
    `^(?:am i|are we|are you|is one|are people) (?:allowed|permitted|able|free|entitled) to\\b`,
    'can i',
  ),
  rewrite(
    `^(?:is|would) it (?:be )?(?:possible|allowed|permitted|ok|okay|fine|alright|all right|acceptable|feasible|permissible)(?: for (?:me|us|one|you))? (?:to|if (?:i|we|you))\\b`,
    'can i',
  ),
  rewrite(
    '^(?:do|would|will) (?:i|we) (?:still )?(?:get to|have permission to|have the option to|have the right to)\\b',
    'can i',
  ),
  rewrite('^is there (?:a|an|any) (?:option|chance|opportunity) (?:to|of)\\b', 'can i'),
  rewrite(`^(?:do|does|did|will|would) (.+?) (?:have|need) to\\b`, 'must $1'),
  rewrite(
    '^is (.+?) (?:required|obliged|obligated) to\\b|^am (i) (?:required|obliged|obligated|supposed) to\\b',
    'must $1$2',
  ),
  rewrite(
    '^(?:is|would) it (?:be )?(?:necessary|required|mandatory|compulsory|obligatory)(?: for (?:me|us|one|you))? (?:to|that i)\\b',
    'must i',
  ),
  rewrite(
    '^(?:is|would) it (?:be )?(?:advisable|recommended|a good idea|wise|sensible)(?: for (?:me|us|one|you))? to\\b',
    'should i',
  ),
  rewrite('^(?:ought) (i|we|one) to\\b', 'should $1'),
  rewrite('^is it (true|correct|right|the case) that\\b|^would you say(?: that)?\\b', 'whether'),
  rewrite('^(?:is|was) it (.+?) (?:who|that) (?:has|have|needs?) to\\b', 'must $1'),
  rewrite('^(?:is|was) it (.+?) (?:who|that)\\b', 'whether $1'),
  // "Is it safe to …", "is … safe": the judgement first.
  rewrite(
    '^(?:is|would) it (?:be )?(safe|unsafe|dangerous|legal|illegal|bad|good|healthy|unhealthy|harmful|worth|free|normal|common|rude|too \\S+)(?: for (?:me|us|one|you))? (?:to|if (?:i|we|you|one))\\b',
    'whether $1',
  ),
  rewrite(
    '^(?:is|would) (\\S+ing\\b.*?)(?: be)? (safe|unsafe|dangerous|legal|illegal|bad|good|healthy|unhealthy|harmful|normal|common|rude|allowed|permitted|possible)$',
    'whether $2 $1',
  ),
  rewrite('^can (i|we|you|one) safely\\b', 'whether safe'),
  rewrite('^whether (?:possible|allowed|permitted) (\\S+ing\\b)', 'can i $1'),
  rewrite('^(?:what|which) (is|are) (?=different\\b)', 'how $1 '),
  rewrite(
    '^(?:how|in what ways?|in which ways?) (?:do|does|are|is) (.+?) (?:differ|differs|different)(?: from each other| from one another)?$',
    'what is the difference between $1',
  ),
  rewrite(
    '^(?:how|in what way) (?:does|is) (.+?) (?:differ|different) from (.+)$',
    'what is the difference between $1 and $2',
  ),
]

/** Once times and measures are taken out. */
const late: readonly Frame[] = [
  rewrite('\\b(?:together|along) with\\b', 'with'),
  rewrite(
    `^((?:what|which|how many|how much) )(.+?) (?:do|does|did|can|could|should|must|will|would|may|am|are) ${'(?:i|we|one)'} (?:supposed to |allowed to |able to |have to |need to )?(\\S+)(.*)$`,
    '$1$3 $2$4',
  ),
  rewrite(`^${preposition} (?:what|which) (.+)$`, 'what $2 $1'),
  rewrite(`^${preposition} whom (.+)$`, 'whom $2 $1'),
]

const measures: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^how-long\b/i, 'what:long'],
  [/^(?:how|what) (?:tall|high)\b/i, 'what:high'],
  [/^how far\b/i, 'what:far'],
  [/^how (?:often|frequently|many times|frequent)\b/i, 'what:often'],
  [/^how (?:many|few)\b/i, 'what:many'],
  [/^how expensive\b/i, 'what:cost'],
  [/^how much\b/i, 'what:much'],
  [/^how (?:large|big)\b/i, 'what:large'],
  [/^how old\b/i, 'what:old'],
  [/^how heavy\b/i, 'what:heavy'],
  [/^how deep\b/i, 'what:deep'],
  [/^how wide\b/i, 'what:wide'],
  [/^how (?:fast|quick|quickly)\b/i, 'what:fast'],
  [/^how hot\b/i, 'what:hot'],
]

/** A noun for a measure: "the height of" asks "how high". */
export const measureNouns: ReadonlyMap<string, string> = new Map(
  'length=long duration=long period=long height=high distance=far price=cost cost=cost costs=cost prices=cost fare=cost size=large age=old weight=heavy depth=deep width=wide speed=fast temperature=hot frequency=often'
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
)

const kinds: readonly (readonly [pattern: RegExp, kind: string, verbal: boolean])[] = [
  [/^steps for\b/i, 'howto', true],
  [/^what-to-do if\b/i, 'what:todo', false],
  [/^why\b/i, 'why', false],
  [/^when\b/i, 'when', false],
  [/^where\b/i, 'where', false],
  [/^whom?\b(?= (?:did|does|do|should|can|must|will|would|could|may) )|^whom\b/i, 'whom', false],
  [/^who\b/i, 'who', false],
  [/^whose\b/i, 'whose', false],
  [/^how\b/i, 'how', false],
  [/^(?:what|which)\b/i, 'what', false],
  [/^(?:can|could|may|might)\b/i, 'can', false],
  [/^must\b/i, 'must', false],
  [/^(?:should|shall)\b/i, 'should', false],
  [/^(?:whether|is|are|am|was|were|do|does|did|will|would|has|have|had)\b/i, 'yesno', false],
]

const howto = new RegExp(
  `^how (?:do|can|could|should|would|might|may|must|shall|did) (${somebody})\\b(?: (?:best|manage to|get to))?`,
  'i',
)
const subjectBehind =
  /^ ?(?:(?:is|are|am|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had) )?(i|we|one|you)\b/i

/** Null where nothing is asked. */
export function openingOf(plain: string): Opening | null {
  let rest = plain
  for (const [pattern, becomes] of told) rest = rest.replace(pattern, becomes)
  for (const [pattern, becomes] of rewrites) rest = rest.replace(pattern, becomes)
  const text = rest.trim()
  for (const [pattern, becomes] of late) rest = rest.replace(pattern, becomes)
  rest = rest.replace(/\s+/g, ' ').trim()
  const way = howto.exec(rest)
  if (way !== null) {
    const subject = /^you$/i.test(way[1] ?? '') ? 'you' : 'i'
    return { kind: 'howto', rest: rest.slice(way[0].length), text, verbal: true, subject }
  }
  for (const [pattern, kind] of measures) {
    const found = pattern.exec(rest)
    if (found !== null)
      return behind(
        text,
        kind,
        rest.slice(found[0].length),
        kind === 'what:long' && isVerbNext(rest.slice(found[0].length)),
      )
  }
  for (const [pattern, kind, verbal] of kinds) {
    const found = pattern.exec(rest)
    if (found !== null)
      return behind(
        text,
        kind,
        kind === 'yesno' && !/^whether/i.test(rest) ? rest : rest.slice(found[0].length),
        verbal,
      )
  }
  return null
}

function isVerbNext(rest: string): boolean {
  return !/^ ?(?:is|are|was|were|do|does|did|the|a|an|my|your|should|can|will|must)\b/i.test(rest)
}

/** Takes off an auxiliary and the one who asks or is asked. */
function behind(text: string, kind: string, rest: string, verbal: boolean): Opening {
  const own = subjectBehind.exec(rest)
  if (own === null) return { kind, rest, text, verbal, subject: null }
  const subject = /^you$/i.test(own[1] ?? '') ? 'you' : 'i'
  return { kind, rest: rest.slice(own[0].length), text, verbal: true, subject }
}
