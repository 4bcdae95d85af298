/** What a person sees once everything runs: what is on, what is off and how to switch it on, and what to try. */
import type { Started } from './start.ts'

export function banner(started: Started): string {
  const { gatewayUrl, runtimeUrl, model, demonstration, skills, variables, frontierTrouble, toLookAt } =
    started
  const frontier =
    variables.has('OPENAI_API_KEY') ||
    variables.has('NEARSIDE_FRONTIER_URL') ||
    variables.has('NEARSIDE_FRONTIER_KEY')
  const budget = variables.has('NEARSIDE_BUDGET_DAY_USD') || variables.has('NEARSIDE_BUDGET_MONTH_USD')
  const keys = variables.has('NEARSIDE_KEYS')
  const authorization = keys ? ` \\\n    -H 'authorization: Bearer YOUR_KEY'` : ''
  const ask = (words: string, more = ''): string =>
    `  curl -i ${gatewayUrl}/v1/chat/completions -H 'content-type: application/json'${authorization} \\\n` +
    `    -d '{"model":"auto"${more},"messages":[{"role":"user","content":"${words}"}]}'\n`
  return `
Nearside runs.

  gateway   ${gatewayUrl}/v1   (workerd)   set as baseURL in any OpenAI client
  runtime   ${runtimeUrl}/v1   (${model}${demonstration ? ', a demonstration; npm start -- --pull fetches a real one' : ''})

  ${skills.length > 0 ? `on    edge       ${skills.join(', ')}` : 'off   edge       NEARSIDE_SKILLS=none'}
  on    local      ${model}; NEARSIDE_LOCAL_URL and NEARSIDE_LOCAL_MODELS point at another server
  ${frontier ? `on    frontier${frontierTrouble === null ? '' : `   ${frontierTrouble}; until then what is nearer answers`}` : 'off   frontier   set OPENAI_API_KEY, or NEARSIDE_FRONTIER_URL and NEARSIDE_FRONTIER_KEY'}
  ${budget ? 'on    budgets' : 'off   budgets    set NEARSIDE_BUDGET_DAY_USD=5 and NEARSIDE_ON_STORE_ERROR=refuse'}
  ${keys ? 'on    keys' : 'off   keys       loopback only; set NEARSIDE_KEYS=account=sha256(key)'}
${toLookAt.map((sentence) => `  look  ${sentence}\n`).join('')}
Try:

${ask('what is 17 * 23?')}
${ask('Rewrite this in a friendlier tone: send me the report.', ',"stream":true')}
${ask('Prove that there are infinitely many primes.')}
Ctrl-C ends both.
`
}
