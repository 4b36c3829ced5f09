/** Compares tokens without telling by the time it takes how much of one is right. */
import { createHash, timingSafeEqual } from "node:crypto";

export function isToken(sent: string, token: string): boolean {
  return timingSafeEqual(digest(sent), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
