/** The three environments, by name. */
import { document } from './document.ts'
import type { Environment, EnvironmentName } from './environment.ts'
import { form } from './form.ts'
import { search } from './search.ts'

export const environments: Readonly<Record<EnvironmentName, Environment>> = { form, search, document }
