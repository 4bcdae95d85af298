/** What `nearside` says of its commands, all together and one by one. */

type CommandHelp = {
  readonly name: string
  /** How it is spelt, without the program's name; several lines where a command has several forms. */
  readonly usage: readonly string[]
  readonly what: readonly string[]
}

const aboutStore = [
  'It works on the store that UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN name, or else REDIS_URL.',
]

const commands: readonly CommandHelp[] = [
  {
    name: 'serve',
    usage: ['serve [--host 127.0.0.1] [--port 8787] [--policy FILE] [--privacy FILE]'],
    what: [
      'The gateway on Node, set up by the same variables as the Worker (wrangler.toml lists and explains them).',
      'The files of the policy and of the privacy rules are read again when they change, or on SIGHUP.',
    ],
  },
  {
    name: 'check',
    usage: ['check'],
    what: ['Says whether these variables are right, before there is traffic.'],
  },
  {
    name: 'redis-bridge',
    usage: ['redis-bridge [--redis redis://127.0.0.1:6379] [--host 127.0.0.1] [--port 8079]'],
    what: [
      "Upstash's REST protocol for a plain Redis. UPSTASH_REDIS_REST_TOKEN is the token it asks for, REDIS_URL an",
      'address with a password in it.',
    ],
  },
  {
    name: 'keys',
    usage: [
      'keys create --account NAME [--hour-usd N] [--day-usd N] [--month-usd N] [--total-usd N] [--soft]',
      '            [--scopes team:web] [--models A,B] [--tiers edge,local] [--expires 90d] [--privacy LEVEL]',
      '            [--label TEXT] [--json]',
      'keys list [--account NAME] [--json]',
      'keys rotate ID [--grace 24h] [--json]',
      'keys revoke ID [--json]',
    ],
    what: [
      'API keys, made with NEARSIDE_KEY_SECRET: a new one is shown once, and no list shows it again. A key that was',
      'rotated ends after the grace, one that is revoked at once.',
      ...aboutStore,
    ],
  },
  {
    name: 'budget',
    usage: [
      'budget set TENANT SCOPE [--hour-usd N] [--day-usd N] [--month-usd N] [--total-usd N] [--soft]',
      '           [--zone Europe/Berlin] [--remove] [--json]',
      'budget import FILE [--dry-run] [--json]',
      'budget reset TENANT SCOPE [--yes] [--json]',
      'budget show TENANT [--json]',
      'budget watch TENANT',
      'budget write-off TENANT [ID...|--all] [--yes] [--json]',
    ],
    what: [
      'Caps of account, key:ID, model:NAME, team:NAME …, while gateways run: set by hand or out of a CSV or JSON file',
      '(tenant, scope, window, usd, kind, zone), begun anew, shown with what is spent and held, or watched until Ctrl-C.',
      '`write-off` lists holds that lapsed unsettled; with --yes it clears their money.',
      ...aboutStore,
    ],
  },
  {
    name: 'pack',
    usage: ['pack init [FILE]', 'pack build FILE [--out DIR] [--json]'],
    what: [
      'Begins a file of questions and answers (intents.yaml), and builds the pack that a gateway answers from, with a',
      'report of how good it is.',
    ],
  },
  {
    name: 'calibrate',
    usage: ['calibrate --records FILE [--quality 95] [--model FILE]'],
    what: ["Fits calibration and threshold to an operator's own verdicts; the quality is in percent."],
  },
  {
    name: 'tune',
    usage: [
      'tune --tasks FILE --max-spend USD [--gateway URL] | --outcomes FILE | --data DIR [--set mmlu]',
      '     [--quality 0.95] [--absolute] [--max-cost USD] [--p95 MS] [--max-joules J] [--out tuned] [--json]',
      'tune --environment form|search|document|all [--tasks 100] [--seed 1] [--runs-share 0.33] [--out tuned] [--json]',
      '     [--executor URL --supervisor URL] [--executor-model NAME --supervisor-model NAME]',
    ],
    what: [
      'Finds the strategies that suit each kind of task, and writes the policy that meets these objectives, their',
      'frontier and a page to read (docs/tune.md). With --environment: who should plan, work and check in simulated',
      'environments, without trying everything; keys of real models are EXECUTOR_KEY and SUPERVISOR_KEY.',
    ],
  },
  {
    name: 'replay',
    usage: ['replay --records FILE --policy A.json [--policy B.json] [--strict] [--json]'],
    what: [
      'Decides recorded requests again, by one policy or two: what would have gone where, what it would have cost',
      'and spent, and what is unknown.',
    ],
  },
  {
    name: 'advise',
    usage: [
      'advise [--records FILE] [--answers FILE.json] [--requests-per-day N] [--easy-share N]',
      '       [--confined-share N] [--latency-ms N] … [--json]',
    ],
    what: [
      'Whether a model of your own is worth it for this traffic, with the arithmetic; asks for what is missing where',
      'somebody is there to ask.',
    ],
  },
  {
    name: 'train',
    usage: ['train --data DIR --out FILE [--card FILE] [--folds 5] [--leave-out SOURCE|all]'],
    what: ['Learns the classifier from public data and prints how good it is, as JSON.'],
  },
  {
    name: 'train-sensitivity',
    usage: ['train-sensitivity --data DIR --out FILE [--folds 5]'],
    what: [
      'Trains the text heads (names, addresses, unsafe requests) and prints their figures, out of fold, as JSON.',
    ],
  },
]

export function helpText(): string {
  const each = commands.flatMap(({ usage, what }) => [
    ...usage.map((line) => `  ${line}`),
    ...what.filter((line) => !aboutStore.includes(line)).map((line) => `      ${line}`),
    '',
  ])
  return [
    'nearside COMMAND',
    '',
    ...each,
    '`nearside COMMAND --help` shows one of them, `--version` which version this is.',
    'keys and budget work on the store that UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN name, or else REDIS_URL.',
    '',
  ].join('\n')
}

/** Null where there is no such command. */
export function helpOf(name: string | undefined): string | null {
  const found = commands.find((command) => command.name === name)
  if (found === undefined) return null
  const usage = found.usage.map((line) => (line.startsWith(' ') ? `         ${line}` : `nearside ${line}`))
  return [...usage, '', ...found.what.map((line) => `  ${line}`), ''].join('\n')
}

/** The command that was most likely meant; null where none is near. */
export function meant(word: string): string | null {
  const near = commands.find(
    ({ name }) => name.startsWith(word) || word.startsWith(name) || isOneOff(word, name),
  )
  return near?.name ?? null
}

/** One letter is missing, too many, wrong, or has changed places with its neighbour. */
function isOneOff(word: string, name: string): boolean {
  let at = 0
  while (at < word.length && word[at] === name[at]) at++
  const rest = word.slice(at)
  const other = name.slice(at)
  return (
    rest.slice(1) === other ||
    rest === other.slice(1) ||
    rest.slice(1) === other.slice(1) ||
    (rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2))
  )
}
