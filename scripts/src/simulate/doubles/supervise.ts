/**
 * A simulated supervisor: reads the trajectory that it is shown, and answers in one of the forms that it is offered.
 *
 * It sees no more than the executor's gateway shows it, shortened as that is: what is cut away it cannot check. Its own
 * mistakes are drawn as the executor's are, from the seed and from what it was asked.
 */
import { drawFor, pick } from '../draw.ts'
import { mindFor } from '../minds/all.ts'
import { callText, type Mending, plainText, type Step, type Thought } from '../minds/mind.ts'
import { identityOf } from './act.ts'
import type { Chat } from './chat.ts'
import type { Profile } from './profile.ts'
import { type Spoken, spokenText } from './speak.ts'

type Question = {
  readonly allowed: readonly string[]
  readonly because: string
  readonly task: string
  readonly seen: string
  /** What the executor has just said and nobody has seen. */
  readonly unseen: string | null
}

type Luck = {
  readonly overlooks: boolean
  readonly falseAlarm: boolean
  readonly omits: () => boolean
  readonly draw: () => number
}

/** Null for what is no question to a supervisor. */
export function supervise(chat: Chat, profile: Profile, seed: number): Spoken | null {
  const question = questionIn(chat)
  if (question === null) return null
  const mind = mindFor(question.task)
  if (mind === null) return word({ verdict: 'fine' })
  const draw = drawFor('supervise', seed, identityOf(chat.messages))
  const luck: Luck = {
    overlooks: draw() < profile.overlooks,
    falseAlarm: draw() < profile.falseAlarm,
    omits: () => draw() < profile.omits,
    draw,
  }
  const first = mind.think(question.task, question.seen)
  const mendings = luck.overlooks ? [] : first.faults
  // What it corrects it holds to be true from here on.
  const thought = mind.think(question.task, [question.seen, ...mendings.map(({ says }) => says)].join('\n'))
  if (question.allowed.includes('plan')) return word({ verdict: 'plan', plan: planOf(thought, null) })
  return question.allowed.includes('advice')
    ? advise(question, thought, mendings, luck)
    : verify(question, thought, mendings, { luck, profile })
}

function advise(question: Question, thought: Thought, mendings: readonly Mending[], luck: Luck): Spoken {
  const [fault] = mendings
  if (fault !== undefined) {
    const next = fault.step ?? thought.right
    return word({ verdict: 'advice', advice: `${fault.says} ${wordsFor(next)}` })
  }
  if (!luck.overlooks && (isStuck(question) || isAmiss(question, thought))) {
    return word({ verdict: 'advice', advice: `Go on like this. ${wordsFor(thought.right)}` })
  }
  return luck.falseAlarm && thought.wrong.length > 0
    ? word({ verdict: 'advice', advice: `This looks better. ${wordsFor(pick(thought.wrong, luck.draw))}` })
    : word({ verdict: 'fine' })
}

function verify(
  question: Question,
  thought: Thought,
  mendings: readonly Mending[],
  { luck, profile }: { readonly luck: Luck; readonly profile: Profile },
): Spoken {
  const [fault] = mendings
  const ends = question.unseen !== null
  const replan = (next: Step | null): Spoken =>
    word({ verdict: 'replan', plan: planOf(thought, next), summary: summaryOf(thought, luck) })
  if (fault !== undefined) return replan(fault.step)
  if (!luck.overlooks && ends && isAmiss(question, thought)) return replan(thought.right)
  if (ends) return word({ verdict: question.allowed.includes('accept') ? 'accept' : 'fine' })
  if (!luck.overlooks && isStuck(question)) return replan(thought.right)
  // A long conversation is what a summary is for.
  if (question.because.includes('long') || question.seen.length >= profile.summarisesFromLetters)
    return replan(null)
  return luck.falseAlarm && thought.wrong.length > 0
    ? replan(pick(thought.wrong, luck.draw))
    : word({ verdict: 'fine' })
}

function isStuck({ because }: Question): boolean {
  return because.includes('again and again') || because.includes('failing')
}

/** Whether the unseen answer says or does something else than it would. */
function isAmiss({ unseen, seen }: Question, { right }: Thought): boolean {
  if (unseen === null) return false
  if (right.does === 'say') return !unseen.includes(answerOf(right.text))
  return !lastLine(seen).includes(`calls ${right.call.name}(${JSON.stringify(right.call.given)})`)
}

function answerOf(text: string): string {
  return text.slice(text.lastIndexOf('Answer: '))
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1)
}

function wordsFor(step: Step): string {
  if (step.does === 'say') return `All that is needed is known: say "${answerOf(step.text)}".`
  return `${step.note === undefined ? '' : `${step.note} `}Do next: ${callText(step.call)}`
}

function planOf({ plan }: Thought, next: Step | null): string {
  const steps = next === null ? plan : [wordsFor(next), ...plan]
  return steps.map((step, i) => `${i + 1}. ${step}`).join('\n')
}

function summaryOf({ facts }: Thought, luck: Luck): string {
  const kept = facts.filter(() => !luck.omits())
  return kept.length === 0 ? 'Nothing is known yet.' : kept.join('\n')
}

function questionIn({ messages }: Chat): Question | null {
  const system = messages.find(({ role }) => role === 'system')?.text ?? ''
  const allowed = [...system.matchAll(/\{"verdict":"([\w-]+)"/g)].map(([, verdict = '']) => verdict)
  const user = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  if (allowed.length === 0) return null
  let material: Readonly<Record<string, unknown>>
  try {
    material = JSON.parse(user) as Readonly<Record<string, unknown>>
  } catch {
    return null
  }
  const text = (name: string): string => (typeof material[name] === 'string' ? plainText(material[name]) : '')
  const trajectory = text('trajectory')
  const task = trajectory.split('\n').find((line) => mindFor(line) !== null) ?? ''
  return {
    allowed,
    because: text('asked_because'),
    task,
    seen: `${text('summary_so_far')}\n${trajectory.replace(task, '')}`,
    unseen: typeof material.unseen_answer === 'string' ? text('unseen_answer') : null,
  }
}

function word(said: Readonly<Record<string, string>>): Spoken {
  return spokenText(JSON.stringify(said))
}
