/** The policy's file: what it says stands over what the variables say. */
import { basename } from 'node:path'
import { type GivenPolicy, policyHash, readPolicyFile, resolvePolicy } from '@nearside/core'
import { type LiveFile, openLiveFile } from './live-file.ts'

export type PolicyFile = LiveFile<GivenPolicy>

export function openPolicyFile(file: string, base: GivenPolicy, say: (line: string) => void): PolicyFile {
  return openLiveFile<GivenPolicy>(
    file,
    {
      param: 'policy',
      kept: 'the policy stays as it was',
      read: (text, path) => ({ ...base, ...readPolicyFile(text, basename(path)) }),
      told: (policy) => `policy ${policyHash(resolvePolicy(policy))}`,
    },
    say,
  )
}
