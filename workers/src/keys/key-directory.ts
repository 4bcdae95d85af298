/** Where the records of API keys are kept. The gateway only reads; `nearside keys` writes. */
import type { KeyRecord } from '@nearside/core'

export interface KeyDirectory {
  /** The record of that id; null where there is none. Throws where it cannot be told. */
  read(id: string): Promise<KeyRecord | null>
}
