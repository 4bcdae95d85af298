/** What is known of the nodes at this moment, as gauges in Prometheus' text format: by name, never by address. */
import type { NodeNow } from './fleet.ts'

type Gauge = { readonly help: string; of(node: NodeNow): number | null }

const gauges: Readonly<Record<string, Gauge>> = {
  nearside_node_up: {
    help: 'Whether calls go to the node: 0 while its breaker is open or it asked to be passed over.',
    of: ({ standing }) => (standing === 'resting' ? 0 : 1),
  },
  nearside_node_calls_under_way: {
    help: 'Calls of this isolate that the node has not ended.',
    of: ({ view }) => view.underWay,
  },
  nearside_node_expected_wait_ms: {
    help: 'Milliseconds until a call is expected to have its first token there.',
    of: ({ expectedWaitMs }) => (expectedWaitMs === null ? null : Math.round(expectedWaitMs)),
  },
  nearside_node_queue: {
    help: 'Requests that waited for a slot when the node last said so.',
    of: ({ view }) => view.said?.queue ?? null,
  },
  nearside_node_memory_ratio: {
    help: 'The part of its memory that was in use when the node last said so.',
    of: ({ view }) => view.said?.memory ?? null,
  },
}

export function nodesText(nodes: readonly NodeNow[]): string {
  if (nodes.length === 0) return ''
  return Object.entries(gauges)
    .map(([name, { help, of }]) => {
      const lines = nodes.flatMap((node) => {
        const value = of(node)
        return value === null ? [] : [`${name}{node="${node.name}"} ${value}\n`]
      })
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
    })
    .join('')
}
