/** The app of gateways, as a Worker. */
import { gateways } from './gateways.ts'

export default gateways()
