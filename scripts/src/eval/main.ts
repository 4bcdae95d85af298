/** `npm run eval -- NAME …`: each evaluation is a module of its own and reads its own words. */
import { isNearsideError } from '@nearside/core'
import { runDesigns } from './designs/run-designs.ts'
import { runEdge } from './edge/run-edge.ts'
import { runFleet } from './fleet/run-fleet.ts'
import { runClassifier } from './run-classifier.ts'
import { runOnFiles } from './run-on-files.ts'
import { runPacks } from './run-packs.ts'
import { runSemantic } from './semantic/run-semantic.ts'
import { evaluateSensitivity } from './sensitivity.ts'
import { runStrategies } from './strategies/run-strategies.ts'
import { runTokens } from './tokens/run-tokens.ts'

type Evaluation = { readonly usage: string; run(words: readonly string[]): Promise<boolean> | boolean }

const evaluations: Readonly<Record<string, Evaluation>> = {
  router: { usage: 'router FILE... [--json] [--model FILE]', run: (words) => runClassifier('router', words) },
  tasks: { usage: 'tasks FILE... [--json] [--model FILE]', run: (words) => runClassifier('tasks', words) },
  intents: {
    usage: 'intents FILE... --train DIR [--json] | intents --data DIR [--json]',
    run: (words) => (words.includes('--data') ? runPacks(words) : runClassifier('intents', words)),
  },
  edge: { usage: 'edge FILE... [--suite] [--json]', run: runEdge },
  sensitivity: {
    usage: 'sensitivity FILE... [--json]',
    run: (words) => runOnFiles(words, evaluateSensitivity),
  },
  strategies: {
    usage: 'strategies --data DIR [--json] [--svg FILE] [--table FILE]',
    run: runStrategies,
  },
  semantic: { usage: 'semantic [--json] [--show]', run: runSemantic },
  fleet: { usage: 'fleet [--json] [--seeds N]', run: runFleet },
  designs: {
    usage: 'designs [--json] [--tasks N] [--seed S] [--executor URL] [--supervisor URL]',
    run: runDesigns,
  },
  tokens: { usage: 'tokens FOLDER [--json] [--fit FILE]', run: runTokens },
}

/** False where the words are not understood. */
async function main([name = '', ...words]: readonly string[]): Promise<boolean> {
  const evaluation = Object.hasOwn(evaluations, name) ? evaluations[name] : undefined
  return evaluation !== undefined && (await evaluation.run(words))
}

try {
  if (!(await main(process.argv.slice(2)))) {
    const lines = Object.values(evaluations).map(({ usage }) => `npm run eval -- ${usage}\n`)
    process.stderr.write(lines.join(''))
    process.exitCode = 2
  }
} catch (error) {
  process.stderr.write(
    `eval: ${isNearsideError(error) || error instanceof TypeError ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
