/** A call with what its text adds to its wishes: a stricter level, or a smaller choice of who may answer. */
import type { PrivacyGuard } from '../privacy/privacy-guard.ts'
import type { Call } from './call.ts'
import { type HeaderReader, readPrivacyHeader } from './wishes.ts'

export function lookedThrough(call: Call, header: HeaderReader, guard: PrivacyGuard): Call {
  const { account, request, wishes } = call
  const inspection = guard.inspect(request, account.tenant, {
    account: account.privacy ?? null,
    header: readPrivacyHeader(header),
  })
  return {
    ...call,
    inspection,
    wishes: {
      ...wishes,
      privacy: {
        ...wishes.privacy,
        level: inspection.level,
        ...(inspection.confined === null ? {} : { confined: true }),
      },
      ...(inspection.suspicion?.action === 'frontier-only' ? { suspected: true } : {}),
    },
  }
}
