/** The bridge in its own process, as it is deployed: told by its arguments which Redis, it sends its address. */
import { startBridge } from '../../redis-bridge/bridge.ts'

const [redis = '', token = ''] = process.argv.slice(2)
const bridge = await startBridge({ redis, token, port: 0 })
process.send?.(bridge.url)
process.once('disconnect', () => process.exit())
