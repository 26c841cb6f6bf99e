import { createHash } from "node:crypto";

/** A UUID that depends on the text only: the same text, the same id, on every machine. */
export function stableUuid(text: string): string {
  return uuidFrom(createHash("sha256").update(text).digest("hex"));
}

/** The first 32 of these hexadecimal digits, shaped as a version 4 UUID. */
export function uuidFrom(hex: string): string {
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4] ?? "8";
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
