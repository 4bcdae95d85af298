/** Sessions side by side: as many as the machine can carry in time. */
import type { Lab } from '../lab.ts'
import { type PlayedSession, playSession } from './play.ts'
import type { SessionRow } from './rows.ts'

export const nameOf = ({ privacy, stream }: SessionRow): string =>
  `${privacy} | ${stream ? 'stream' : 'whole'}`

export async function playSessions(lab: Lab, own: readonly SessionRow[]): Promise<readonly PlayedSession[]> {
  return Promise.all(own.map((row) => playSession(lab, row)))
}
