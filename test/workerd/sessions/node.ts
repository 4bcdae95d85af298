/** A local-runtime with a scripted model that knows tools: it can be put away, and come back at its place with other weights. */
import { type Generation, type ServedRuntime, scriptedEngine, serveRuntime } from '@nearside/local-runtime'

export type Node = {
  readonly url: string
  readonly key: string
  /** The conversations that it was given, in turn. */
  readonly seen: readonly Generation['messages'][]
  restart(version: string): Promise<void>
  close(): Promise<void>
}

/** What a template must speak of for its model to know tools; the scripted engine renders none. */
const taught = '{% if tools %}<tool_call>{% endif %}'

/** `says` is what it answers to a conversation. */
export async function startNode(
  says: (messages: Generation['messages']) => string,
  firstVersion = '1+first',
): Promise<Node> {
  const key = 'secret-of-the-node'
  const seen: Generation['messages'][] = []
  const serve = async (version: string, port: number): Promise<ServedRuntime> => {
    const engine = scriptedEngine({
      model: {
        name: 'gpt-4o',
        version,
        fingerprint: `fp_${version}`,
        chatTemplate: taught,
        contextTokens: 8_192,
      },
      script({ messages }) {
        seen.push(messages)
        return says(messages).match(/.{1,5}/gs) ?? []
      },
    })
    const served = await serveRuntime({ engine, port, secret: key, slots: 4, drainMs: 1_000 })
    await served.ready
    return served
  }
  let served = await serve(firstVersion, 0)
  const { url } = served
  return {
    url,
    key,
    seen,
    async restart(version) {
      await served.close()
      served = await serve(version, Number(new URL(url).port))
    },
    close: () => served.close(),
  }
}

/** As the model spells a call. */
export function calling(...cities: readonly string[]): string {
  return cities
    .map((city) => `<tool_call>\n{"name": "get_weather", "arguments": {"city": "${city}"}}\n</tool_call>`)
    .join('\n')
}
