/** What an answer says of itself beyond OpenAI's fields. */
import type { JsonObject } from '@nearside/core'
import type { EngineModel } from '../engine/engine.ts'
import type { Progress } from './run-answer.ts'

export function nearsideMember(
  progress: Progress,
  model: EngineModel,
  used: { readonly joules: number; readonly estimated: boolean } | null,
): JsonObject {
  return {
    confidence: progress.confidence,
    ...(model.confidenceCurve === undefined ? {} : { confidenceCalibrated: true }),
    ...(progress.formFits === null ? {} : { formFits: progress.formFits }),
    model: model.name,
    modelVersion: model.version,
    joules: used?.joules ?? null,
    ...(used?.estimated === true ? { joulesEstimated: true } : {}),
  }
}
