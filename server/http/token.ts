/** The bearer token of the endpoint: made at the first start, kept in a file that only the user can read. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { readSmallText } from "../files/small-file.ts";

export interface EndpointToken {
  readonly value: string;
  readonly file: string;
  /** Made just now: the user has not seen it yet. */
  readonly isNew: boolean;
}

export function tokenFile(stateFolder: string): string {
  return join(stateFolder, "endpoint-token");
}

/** @throws when the file cannot be read or written */
export async function endpointToken(stateFolder: string): Promise<EndpointToken> {
  const file = tokenFile(stateFolder);
  const known = (await readSmallText({ open }, file))?.trim();
  if (known !== undefined && known !== "") return { value: known, file, isNew: false };
  const value = randomBytes(24).toString("base64url");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${value}\n`, { mode: 0o600 });
  return { value, file, isNew: true };
}

/** Takes as long for a wrong token as for a right one. */
export function isToken(sent: string, token: string): boolean {
  return timingSafeEqual(digest(sent), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
