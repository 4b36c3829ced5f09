/** Writes GGUF, the file format of llama.cpp's models: metadata, then tensors, little-endian (version 3). */
export type GgufValue =
  | { readonly type: "u32" | "i32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "str"; readonly value: string }
  | { readonly type: "str[]"; readonly value: readonly string[] }
  | { readonly type: "i32[]"; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** Row length, and the number of rows for a matrix. */
  readonly dimensions: readonly [number] | readonly [number, number];
  /** Half precision for matrices, single for vectors, as llama.cpp wants it. */
  readonly isHalf: boolean;
  readonly value: (column: number, row: number) => number;
}

const typeCodes = { u32: 4, i32: 5, f32: 6, bool: 7, str: 8 } as const;
const arrayCode = 9;
const alignment = 32;

export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Buffer {
  const entries = Object.entries(metadata);
  const head: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) head.push(text(key), ...valueParts(value));
  let offset = 0;
  for (const { name, dimensions, isHalf } of tensors) {
    head.push(text(name), u32(dimensions.length), ...dimensions.map(u64));
    head.push(u32(isHalf ? 1 : 0), u64(offset));
    offset += padded(sizeOf(dimensions, isHalf));
  }
  const start = Buffer.concat(head);
  return Buffer.concat([
    start,
    Buffer.alloc(padded(start.length) - start.length),
    ...tensors.map(bytesOf),
  ]);
}

function bytesOf({ dimensions, isHalf, value }: GgufTensor): Buffer {
  const [columns, rows = 1] = dimensions;
  const bytes = Buffer.alloc(padded(sizeOf(dimensions, isHalf)));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const number = value(column, row);
      at = isHalf ? bytes.writeUInt16LE(half(number), at) : bytes.writeFloatLE(number, at);
    }
  }
  return bytes;
}

function sizeOf(dimensions: readonly number[], isHalf: boolean): number {
  return dimensions.reduce((product, length) => product * length, 1) * (isHalf ? 2 : 4);
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function valueParts(value: GgufValue): readonly Buffer[] {
  switch (value.type) {
    case "u32":
      return [u32(typeCodes.u32), u32(value.value)];
    case "i32":
      return [u32(typeCodes.i32), i32(value.value)];
    case "f32": {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.value);
      return [u32(typeCodes.f32), bytes];
    }
    case "bool":
      return [u32(typeCodes.bool), Buffer.from([value.value ? 1 : 0])];
    case "str":
      return [u32(typeCodes.str), text(value.value)];
    case "str[]":
      return [
        u32(arrayCode),
        u32(typeCodes.str),
        u64(value.value.length),
        ...value.value.map(text),
      ];
    case "i32[]":
      return [u32(arrayCode), u32(typeCodes.i32), u64(value.value.length), ...value.value.map(i32)];
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE 754 single to half, rounded to nearest; too small is 0, too large infinity. */
function half(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent < -10) return sign;
  if (exponent > 30) return sign | 0x7c00;
  if (exponent > 0) return sign | (((bits & 0x7fffffff) - (112 << 23) + 0x1000) >>> 13);
  const shift = 14 - exponent;
  return sign | ((((bits & 0x7fffff) | 0x800000) + (1 << (shift - 1))) >>> shift);
}
