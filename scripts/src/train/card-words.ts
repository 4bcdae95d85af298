/** The words of the evaluation card: what the model is for, what it was trained on, and how its tables are read. */

export const cardStyle: string =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;font-size:13px}' +
  'td,th{border:1px solid #ccc;padding:2px 6px;text-align:right}th:first-child,td:first-child{text-align:left}svg{font-size:10px}.plots{display:flex;gap:1rem;flex-wrap:wrap}' +
  'code{overflow-wrap:anywhere}.wide{overflow-x:auto}dl{font-size:13px;max-width:46rem}dt{font-weight:600}dd{margin:0 0 .4rem 1rem}svg{max-width:100%;height:auto}'

export const cardPurpose: string = `<p>It reads a prompt in the gateway itself, before any model is asked, and says what a large model would gain on it over a small one, how
difficult it is, which kind of task it is, and whether it never saw the like. The gateway sends to the frontier what gains enough.</p>`

export const cardProvenance: string = `<p>Outcomes of MMLU (GPT-4 and Mixtral 8x7B), GSM8K (the same pair) and the LLMRouter mix (Llama 3.1 8B and
Nemotron 51B) teach difficulty; T0 templates, GPTeacher, BIG-Bench Hard, GSM8K, MGSM, CLINC150, vicuna-bench and requests
written for this project teach kinds of task; the intents of CLINC150 and BANKING77 teach the sentence vector. Nothing that is for non-commercial use
only, or that states no licence, was read. Every figure below is of rows that the scored model had not seen, with
near-duplicates kept on one side; the model scored is the rounded table, as it ships.</p>
<p>The model is trained on parts of the same benchmarks that it is measured on, with some 8,400 labels of MMLU and 780 of
GSM8K. RouteLLM's routers had about 1,500 labels of MMLU's validation part and none of GSM8K: its figures stand beside
for orientation, not as a race under equal conditions.</p>`

export const routingWords: string = reading([
  [
    'APGR',
    'the area under the quality reached over the share of calls that the large model has, as a part of the way from the small model to the large one. Chance has 0.5; more is better.',
  ],
  [
    'CPT50, CPT80',
    'the share of calls for the large model at which 50 or 80 % of that way is reached. Less is better.',
  ],
  ['large for 95 %', 'the share of calls for the large model that keeps 95 % of its quality.'],
  ['lost per kept at half', 'the quality that each request loses that stays near, where half of them do.'],
  ['ECE', 'how far off its probability is, on average, that the small model is good enough.'],
  ['unknown', 'the share of prompts of which it says that it never saw the like.'],
  [
    'random, length, true subject',
    'the APGR of chance, of the prompt’s length alone, and of a table by the subject that the benchmark names.',
  ],
  ['RouteLLM best', 'published figures of its best router on that set.'],
])

export const abstainWords: string = reading([
  [
    'left out',
    'a whole source that training did not see; what the model says of it is what it would say of traffic that is new to it.',
  ],
  [
    'abstains',
    'the share of those prompts of which it says that it never saw the like; in domain: of prompts from the sources that it knows.',
  ],
  ['APGR of all, of the rest', 'as above, of all of them, and of those that it did not abstain from.'],
])

function reading(terms: readonly (readonly [string, string])[]): string {
  return `<dl>${terms.map(([term, meaning]) => `<dt>${term}</dt><dd>${meaning}</dd>`).join('')}</dl>`
}
