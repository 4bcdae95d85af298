/** What asks to be told something, and the ways to ask for the way to do it, each taken back to one. */
import { lazily } from '../../lazily/lazily.ts'
import { type Frame, good, rewrite, somebody, way } from './frame.ts'

/** What asks to be told something is taken off, and what is asked stands first. */
export const told: () => readonly Frame[] = lazily(() => [
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
    '^(?:(?:i|we) (?:need|want|would like) (?:some )?help|help|help me|assist me|(?:i|we) need (?:assistance|instructions|directions|a guide))(?: (?:with|in|to|on|for))?\\b',
    'steps for',
  ),
  rewrite('^@ (?:to )?(?:do |the )?(?=how|what|when|where|why|who|which|whether|if)', '@ '),
])

export const ways: () => readonly Frame[] = lazily(() => [
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
])
