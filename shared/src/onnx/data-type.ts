/** ONNX's numbers for element types, those that are read and written here (TensorProto.DataType). */
import type { ElementType } from './tensor.ts'

export const dataTypeOf: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
}

export const float16Type = 10

const elementTypes: ReadonlyMap<number, ElementType> = new Map(
  Object.entries(dataTypeOf).map(([type, number]) => [number, type as ElementType]),
)

/** The type with which the elements of that number are kept; float16 is widened when it is read. */
export function elementTypeOf(dataType: number): ElementType | null {
  return dataType === float16Type ? 'float32' : (elementTypes.get(dataType) ?? null)
}
