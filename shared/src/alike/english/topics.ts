/** Reasons, persons, times, places, measures, leave and duty: what is asked for in many ways, each taken back to one. */
import { lazily } from '../../lazily/lazily.ts'
import { type Frame, preposition, rewrite, somebody } from './frame.ts'

export const topics: () => readonly Frame[] = lazily(() => [
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
    `^what (?:is|are|was) (?:the )?(?:number|quantity|total number) of\\b|^(?:what|which) number of\\b`,
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
])

/** Once times and measures are taken out. */
export const late: () => readonly Frame[] = lazily(() => [
  rewrite('\\b(?:together|along) with\\b', 'with'),
  rewrite(
    `^((?:what|which|how many|how much) )(.+?) (?:do|does|did|can|could|should|must|will|would|may|am|are) ${'(?:i|we|one)'} (?:supposed to |allowed to |able to |have to |need to )?(\\S+)(.*)$`,
    '$1$3 $2$4',
  ),
  rewrite(`^${preposition} (?:what|which) (.+)$`, 'what $2 $1'),
  rewrite(`^${preposition} whom (.+)$`, 'whom $2 $1'),
])
