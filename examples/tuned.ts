/** The learned judge in an app of yours on Node, with a threshold that `nearside calibrate` found in your own records. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { classifierOf, learnedDifficulty, readClassifier } from '@nearside/core'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = { Bindings: Record<'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'LOCAL_URL' | 'LOCAL_SECRET', string> }

// In a Worker it is an import: `import model from '@nearside/core/classifier.onnx.bin'`, with new Uint8Array(model).
const file = fileURLToPath(import.meta.resolve('@nearside/core/classifier.onnx.bin'))
const classifier = classifierOf(readClassifier(new Uint8Array(await readFile(file))))

const app = new Hono<App>()
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    account: () => ({ tenant: 'acme' }),
    difficulty: learnedDifficulty(classifier),
    policy: { frontierFrom: 0.42, whenUnknown: 'frontier', qualityFloor: 0.2 },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    local: { url: env.LOCAL_URL, key: env.LOCAL_SECRET, models: ['nearside-demo'] },
  })),
)

export default app
