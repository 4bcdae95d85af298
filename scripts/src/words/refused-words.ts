/**
 * Words whose class in WordNet would be wrong today, or wrong in a question to a machine: the texts in which senses were counted are of
 * 1961. To publish was to print, a table was furniture before it was rows, and nobody had an outlook to send letters with. Whatever stands here
 * stands for itself alone. The list was made by reading the classes of the commonest words once, not by what a suite of questions missed.
 */
export const refusedWords: ReadonlySet<string> = new Set(
  `just justly mostly presently present presentation high highly highness still stillness like likeness real really reality
  hardly barely merely but furniture form formation place placement mean meanness one oneness good goodness act action active activity pass
  passage light lightly lightness creature information statement stance regimentation regiment material materially public publicly publicity
  individual individually individuality arm armament express expressly proceed procedure government authorities sure surely national
  nationally nationality object objection print publish publication command commandment human humanity patient patiently sign signature
  store storage secure securely security procure procurement project projection please pleasure commission committee district territory
  marketing merchandising selling fix fixture fuse fusion mix mixture responsibility obligation occupation occupy wage salary provision
  proviso capital capitalize found foundation ministry minister pastor parson discount dismiss dismissal grave gravely gravity tense tensely
  tension dictate prescribe prescription prior priority minor minority major majority bulk unify unification luggage lug destine destination
  nursery nurse legislature equate equation confer conference contract contraction ignorance ignore succeed succession attention attend
  attendance fraction fractionate fractionation sense sensation opportunity chance reb johnny lots dozens scores tons wads given granted
  disabled handicapped pressing marked markedly pronounced pronouncement pronounce lord creator christ jesus leaving older elderly steps
  stairs men manpower needed required someone person employ employment group grouping electric electrically electricity revolution
  revolutionize ritual ritualize application apply expect stand consider state print convict conviction compose composure composition
  instrument instrumentation certain certainly entire direct directly near nearly nearness late lately short shortly shortness hard fine
  finely fineness plain plainly even evenly fair fairly fairness right rightly rightness wrong wrongly about roughly rough moderate
  second secondary second secondly male maleness double doubly single singly square squarely round roundly engage engagement class
  record memory main mainly mode fashion address order charge chargeable port table key page object post posting host mouse window
  strip tip tipping cover coverage sort kind report capability total totally equal equally equality primary primarily secondarily
  vehicle lens mole current currently currency original originally originality general generally special specially specialty particular
  particularly commerce commercial commercially moral morality mortal mortality local locally locality native immediately forthwith
  private privately relate relation relative relatively relatedness related exhibit exhibition experiment experimentation suit suited
  suite suitable suitably outlook mindset pitcher hurler rand devil devilment teen teenage hypothalamic savvy ism above supra reserve
  reserves militia moving movingly mixed sundry tender tenderly tenderness stern sternly concrete concretely abstract abstraction
  exempt exemption dash scoot lid eyelid quit cease master mastery fragment fragmentation periodical periodically compute computation
  associate association accord accordance commute commutation correspond correspondence desert desertion contend contention
  front frontage machine machinery image imagery drape drapery lobby foyer hollow hollowness virtual virtually terminal
  integrity unity intent intently intentness exponent rate ration grade bill later after afterward afterwards arm war warfare
  alone aloneness dear dearly gay gayly frank frankly forthright sober soberly gross grossly dose dosage sunny cheery`.split(
    /\s+/,
  ),
)
