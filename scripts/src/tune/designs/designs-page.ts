/**
 * The report on designs as one page of HTML: what was picked in each environment, what it was picked from, and what the
 * figures rest on. Where a model was a double that stands on top, and the rates of its errors in full below.
 */
import type { Profile } from '../../simulate/doubles/profile.ts'
import { escaped, fact, keyEntry, pageHead, table } from '../page-parts.ts'
import { pageStyle } from '../page-style.ts'
import type { ArmRow, DesignsResult, EnvironmentResult } from './design-result.ts'
import { jouleText, shareText, tokenText, usdText } from './design-units.ts'
import { designsPlot } from './designs-plot.ts'

export function designsPage(result: DesignsResult): string {
  const { environments } = result
  const names = environments.map(({ environment }) => environment)
  const share = `${Math.round(100 * result.runsShare)} %`
  return [
    pageHead(`designs for ${names.join(', ')}`, pageStyle),
    `<h1>${escaped(headline(environments))}</h1>`,
    `<p class="quiet">${result.tasks} tasks in each environment, seed ${result.seed}; at most ${share} of the runs that trying every design on every task would take.</p>`,
    notice(result),
    environments.length > 1 ? `<ul>${environments.map(inShort).join('')}</ul>` : '',
    ...environments.map(section),
    '<h2>What it rests on</h2>',
    `<ul>${result.assumptions
      .filter((sentence) => !sentence.startsWith('SIMULATION'))
      .map(listed)
      .join('')}</ul>`,
    profileTable(result.profiles),
    '<h2>What is uncertain</h2>',
    `<ul>${result.uncertain.map(listed).join('')}</ul>`,
    ...environments.map(
      ({ environment, policy }) =>
        `<details><summary>The policy for ${environment}</summary><pre>${escaped(JSON.stringify(policy, null, 2))}</pre></details>`,
    ),
    '</main></body></html>\n',
  ].join('\n')
}

function notice({ simulation, profiles: { executor, supervisor } }: DesignsResult): string {
  if (!simulation) return ''
  const who =
    executor !== null && supervisor !== null
      ? 'Executor and supervisor were programs that make mistakes at stated rates, and no language models.'
      : `The ${executor === null ? 'supervisor' : 'executor'} was a program that makes mistakes at stated rates, and no language model.`
  return `<p class="notice"><strong>A simulation.</strong> ${who} The figures show what follows from these rates; how good any model is they do not show.</p>`
}

function headline(environments: readonly EnvironmentResult[]): string {
  const [only, ...others] = environments
  if (only === undefined || others.length > 0)
    return `A design for each of ${environments.length} environments`
  return `In ${only.environment}: ${only.pick.design}`
}

function inShort({ environment, pick }: EnvironmentResult): string {
  return `<li>${environment}: <strong>${escaped(pick.design)}</strong>, success ${pick.success.toFixed(2)} at ${usdText(pick)} a task</li>`
}

function section(found: EnvironmentResult): string {
  const { environment, pick, winner, arms, runs, exhaustiveRuns } = found
  const isBest = pick.design === winner.most_successful
  const why = isBest
    ? winner.as_good.length === 1
      ? 'No other could stand beside it: it is the most successful one.'
      : `The most successful one, and the cheapest of ${winner.as_good.length} that cannot be told from it.`
    : `The cheapest of ${winner.as_good.length} that cannot be told from the most successful one, ${winner.most_successful}.`
  return [
    `<h2>${environment}: ${escaped(pick.design)}</h2>`,
    '<div class="top"><section>',
    designsPlot(found),
    key(arms),
    '</section><section>',
    '<dl class="facts">',
    fact('Success', pick.success.toFixed(2), `${interval(pick.successInterval)}, ${pick.tasks} tasks`),
    fact('Cost', usdText(pick), 'a task'),
    fact('Device energy', jouleText(pick), 'a task, by proxy'),
    fact('Peak context', tokenText(pick), 'tokens on the device'),
    '</dl>',
    `<p>${escaped(why)}</p>`,
    `<p>${runs} runs of the ${exhaustiveRuns} that trying everything would take.</p>`,
    '</section></div>',
    armTable(arms),
  ].join('\n')
}

function armTable(arms: readonly ArmRow[]): string {
  return table(
    ['Design', 'Standing', 'Runs', 'Success', 'Cost a task', 'Device energy', 'Peak context'],
    arms.map(({ measured, standing, droppedAfter }) => [
      measured.design,
      droppedAfter === null ? standing : `dropped after round ${droppedAfter}`,
      String(measured.tasks),
      shareText(measured),
      usdText(measured),
      jouleText(measured),
      tokenText(measured),
    ]),
    2,
  )
}

function key(arms: readonly ArmRow[]): string {
  const dropped = arms.some(({ standing }) => standing === 'dropped')
  return [
    '<ul class="key">',
    keyEntry('<circle class="chosen" cx="13" cy="5" r="5"/>', 'picked'),
    keyEntry('<circle class="point" cx="13" cy="5" r="3"/>', 'tried to the end, with its 95 % interval'),
    dropped
      ? keyEntry('<circle class="dropped" cx="13" cy="5" r="3"/>', 'dropped, known of fewer tasks')
      : '',
    keyEntry('<path class="frontier" d="M0 5H26"/>', 'nothing tried to the end is cheaper and better'),
    '</ul>',
  ].join('')
}

/** In the words of the pages: what each rate is of. */
const rateNames: Readonly<Record<keyof Profile, string>> = {
  wrongStep: 'a wrong step that looks right, at each step',
  guidedShare: 'of these, where a plan names the right step',
  attendsTokens: 'tokens of context attended to without loss',
  forgets: 'an earlier message unseen, at twice that context',
  repeats: 'the last call again, at each step',
  claimsEarly: 'says it is done when it is not, at each step',
  takesAdvice: 'takes a piece of advice',
  doubtsWrong: 'is unsure of a wrong step',
  doubtsRight: 'is unsure of a right step',
  overlooks: 'as a supervisor: overlooks a fault that it reads',
  falseAlarm: 'as a supervisor: advises where nothing is wrong',
  omits: 'as a supervisor: leaves a fact out of a summary',
  summarisesFromLetters: 'as a supervisor: letters of transcript from which it sums up',
}

function profileTable({ executor, supervisor }: DesignsResult['profiles']): string {
  const columns = [
    { name: 'Executor', profile: executor },
    { name: 'Supervisor', profile: supervisor },
  ].flatMap(({ name, profile }) => (profile === null ? [] : [{ name, profile }]))
  if (columns.length === 0) return ''
  const rates = Object.keys(rateNames) as (keyof Profile)[]
  return [
    '<h2>The assumed error profiles</h2>',
    '<p class="quiet">Of the simulated models; they were fitted to no real model. A rate is a chance from 0 to 1.</p>',
    table(
      ['Rate', ...columns.map(({ name }) => name)],
      rates.map((rate) => [
        rateNames[rate],
        ...columns.map(({ profile }) => profile[rate].toLocaleString('en')),
      ]),
      1,
    ),
  ].join('\n')
}

function listed(sentence: string): string {
  return `<li>${escaped(sentence)}</li>`
}

function interval([low, high]: readonly [number, number]): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`
}
