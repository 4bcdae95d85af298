/** What stands in the places of a request: everyday words of no importance to its kind. */

export const hellos: readonly string[] = ['hello', 'hi', 'hey', 'hallo', 'howdy', 'hiya', 'greetings', 'good morning', 'good evening']

export const tongues: readonly string[] = [
  'French', 'German', 'Spanish', 'Italian', 'Chinese', 'Japanese', 'Korean', 'Russian', 'Arabic', 'Portuguese', 'Dutch', 'Polish',
  'Turkish', 'Swedish', 'Latin', 'Hindi', 'Greek', 'English',
]

export const things: readonly string[] = `
the moon|a bicycle|black holes|the Roman Empire|photosynthesis|my garden|an old house|the sea|coffee|the printing press|a small robot
my best friend|autumn|gravity|quantum computers|the stock market|a lost dog|Paris|Japan|Mount Everest|dinosaurs|chess|music|climate change
the French Revolution|vitamin C|bread|the internet|electric cars|a dragon|my new job|a wedding|the history of tea|bananas|whales|volcanoes
an umbrella|the weekend|a meeting|my neighbour|the budget|our company|renewable energy|football|a holiday in Spain|the human heart|dreams
the Great Wall of China|solar panels|a rainy day|the speed of light|my cat|a library|blockchain|machine learning|the alphabet|numbers
a database|the planet Mars|time travel|the river Nile|snow|the economy|marketing|a good breakfast|insurance|taxes|leap years|the red car
data|users|customers|email addresses|dates|orders|lines|duplicates|a login form|a web server|prices|files|a button|names|rows
`
  .trim()
  .split(/[|\n]/)

export const words: readonly string[] = `
the of and to in is was for on that with as it at by from this be are or an were which have has had not but they his her their its one all
would there been when who will more no if out so up into than them can only other time new some could these two may first then any like my
over such our man me even most made after also did many before must through years where much your way well down should because each just
those people how too little state good very make world still own see men work long get here between both life being under never day same
another know while last might us great old year off come since against go came right used take three house place small large office market
river table water paper letter morning number group company report project meeting customer price product service team office week month
road train city country school student teacher doctor family child friend party music story book page picture light window door garden tree
flower animal bird fish horse dog cat food bread milk sugar salt fruit apple kitchen dinner lunch summer winter spring rain wind snow fire
stone iron gold silver glass wood machine engine wheel ship plane bridge tower wall church king queen soldier war peace law court judge
money bank business trade tax budget plan idea question answer reason result change problem example system method value energy power force
speed heat sound colour red blue green white black yellow brown early late quick slow strong weak happy sad rich poor open closed empty full
said told asked went found gave left felt became kept held brought began seemed walked looked waited opened moved turned grew built sold
quarterly revenue increased twelve percent although several departments reported higher costs during the second half due to delays shipping
please forward attached document before Friday because manager needs review it again thank everyone attending workshop yesterday evening
`
  .trim()
  .split(/\s+/)

/** Plain sentences in other languages of the Latin alphabet. */
export const foreignPhrases: readonly string[] = `
Bonjour, comment ça va ?|Je voudrais un café, s'il vous plaît.|Quelle heure est-il ?|Où est la gare ?|Qu'est-ce que c'est ?|Merci beaucoup
Pouvez-vous m'aider avec ce texte ?|Il fait très beau aujourd'hui|Expliquez-moi la révolution française|Je ne comprends pas la question
Écris-moi une lettre pour mon voisin|Le chat dort sur la chaise|Combien coûte ce livre ?|Nous allons à la plage demain matin
Guten Tag, wie geht es Ihnen?|Wo ist der Bahnhof?|Ich möchte ein Bier, bitte|Können Sie mir helfen?|Was ist das?|Vielen Dank für die Hilfe
Schreibe mir bitte einen Brief an meinen Nachbarn|Das Wetter ist heute sehr schön|Wie spät ist es?|Erkläre mir die Schwerkraft
Ich verstehe die Frage nicht|Der Hund schläft unter dem Tisch|Wie viel kostet dieses Buch?|Warum ist der Himmel blau?|Fasse den Text zusammen
Hola, ¿cómo estás?|¿Dónde está la estación?|Quiero un café, por favor|¿Puede ayudarme?|¿Qué es esto?|Muchas gracias por todo
Escribe una carta para mi vecino|Hoy hace muy buen tiempo|¿Qué hora es?|Explícame la gravedad|No entiendo la pregunta|¿Cuánto cuesta este libro?
Ciao, come stai?|Dov'è la stazione?|Vorrei un caffè, per favore|Può aiutarmi?|Che cos'è questo?|Grazie mille per l'aiuto|Che ore sono?
Scrivi una lettera al mio vicino|Oggi il tempo è molto bello|Spiegami la gravità|Non capisco la domanda|Quanto costa questo libro?
Olá, como você está?|Onde fica a estação?|Quero um café, por favor|Você pode me ajudar?|O que é isto?|Muito obrigado pela ajuda|Que horas são?
Hallo, hoe gaat het met je?|Waar is het station?|Ik wil graag een kopje koffie|Kunt u mij helpen?|Wat is dit?|Hartelijk dank voor de hulp
Hej, hur mår du?|Var ligger stationen?|Jag skulle vilja ha en kopp kaffe|Kan du hjälpa mig?|Tack så mycket|Vad är klockan?|Jag förstår inte
Dzień dobry, jak się masz?|Gdzie jest dworzec?|Poproszę kawę|Czy możesz mi pomóc?|Dziękuję bardzo|Która jest godzina?|Nie rozumiem pytania
Merhaba, nasılsın?|İstasyon nerede?|Bir kahve istiyorum|Bana yardım eder misin?|Çok teşekkür ederim|Saat kaç?|Soruyu anlamıyorum
Hei, mitä kuuluu?|Missä on asema?|Voitko auttaa minua?|Kiitos paljon|Mitä kello on?|En ymmärrä kysymystä
`
  .trim()
  .split(/[|\n]/)

export const systemMessages: readonly string[] = [
  'You are a helpful assistant.', 'You are a helpful, honest and concise assistant. Answer in one sentence.', 'Be brief.',
  'You are an expert programmer.', 'Answer only in JSON.', 'You are a translator.', 'You write like a pirate.', 'Think step by step.',
  'You are a support agent for our company. Be polite and never talk about prices.', 'Always answer in French.', 'You are a teacher.',
  'Today is Monday. The user is a customer.', 'Summarise what the user says.', 'You are ChatGPT, a large language model.',
]
