/** Unsigned 32-bit numbers that grow; the first `length` of `values` are in use. */
export interface GrowingNumbers {
  values: Uint32Array<ArrayBuffer>;
  length: number;
}

/** The same for bytes. */
export interface GrowingBytes {
  values: Uint8Array;
  length: number;
}

const FIRST_CAPACITY = 1024;

export function growingNumbers(): GrowingNumbers {
  return { values: new Uint32Array(FIRST_CAPACITY), length: 0 };
}

export function growingBytes(): GrowingBytes {
  return { values: new Uint8Array(FIRST_CAPACITY), length: 0 };
}

/** Makes room for `more` further values, so that they can be written without looking. */
export function reserveNumbers(numbers: GrowingNumbers, more: number): void {
  const needed = numbers.length + more;
  if (needed > numbers.values.length) moveNumbers(numbers, grownCapacity(numbers.values.length, needed));
}

/** Makes room for about as many as will come in all, and no more. */
export function expectNumbers(numbers: GrowingNumbers, more: number): void {
  const needed = numbers.length + more;
  if (needed > numbers.values.length) moveNumbers(numbers, needed);
}

function moveNumbers(numbers: GrowingNumbers, capacity: number): void {
  const larger = new Uint32Array(capacity);
  larger.set(numbers.values.subarray(0, numbers.length));
  numbers.values = larger;
}

/** Makes room for `more` further bytes. */
export function reserveBytes(bytes: GrowingBytes, more: number): void {
  const needed = bytes.length + more;
  if (needed > bytes.values.length) moveBytes(bytes, grownCapacity(bytes.values.length, needed));
}

/** Makes room for about as many as will come in all, and no more. */
export function expectBytes(bytes: GrowingBytes, more: number): void {
  const needed = bytes.length + more;
  if (needed > bytes.values.length) moveBytes(bytes, needed);
}

function moveBytes(bytes: GrowingBytes, capacity: number): void {
  const larger = new Uint8Array(capacity);
  larger.set(bytes.values.subarray(0, bytes.length));
  bytes.values = larger;
}

/** By half: at a million people a doubling would hold a third more than is ever used. */
function grownCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity + (capacity >>> 1));
}

export function pushNumber(numbers: GrowingNumbers, value: number): void {
  if (numbers.length === numbers.values.length) reserveNumbers(numbers, 1);
  numbers.values[numbers.length++] = value;
}

export function pushByte(bytes: GrowingBytes, value: number): void {
  if (bytes.length === bytes.values.length) reserveBytes(bytes, 1);
  bytes.values[bytes.length++] = value;
}

/** The numbers in use, as a view that lives until the next growth. */
export function usedNumbers({ values, length }: GrowingNumbers): Uint32Array<ArrayBuffer> {
  return values.subarray(0, length);
}

/** The bytes in use, as a view that lives until the next growth. */
export function usedBytes({ values, length }: GrowingBytes): Uint8Array {
  return values.subarray(0, length);
}
