/** The token and the port of the endpoint that `serve` opens, kept in files that only the user can read. */
import { randomBytes } from "node:crypto";
import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { readSmallText } from "./small-file.ts";

export interface EndpointToken {
  readonly value: string;
  readonly file: string;
  /** The token was created just now: the user has not seen it yet. */
  readonly isNew: boolean;
}

function tokenFile(stateFolder: string): string {
  return join(stateFolder, "endpoint-token");
}

/** @throws if the file cannot be read or written */
export async function endpointToken(stateFolder: string): Promise<EndpointToken> {
  const file = tokenFile(stateFolder);
  const known = (await readSmallText({ open }, file))?.trim();
  if (known !== undefined && known !== "") return { value: known, file, isNew: false };
  const value = randomBytes(24).toString("base64url");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${value}\n`, { mode: 0o600 });
  return { value, file, isNew: true };
}

/** Writes the port where `serve` listens, for the doctor. @throws if the file cannot be written */
export async function keepEndpointPort(stateFolder: string, port: number): Promise<void> {
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  await writeFile(portFile(stateFolder), `${port}\n`, { mode: 0o600 });
}

/** `undefined` if `serve` has never run for this user. */
export async function lastEndpointPort(stateFolder: string): Promise<number | undefined> {
  const text = await readSmallText({ open }, portFile(stateFolder)).catch(() => undefined);
  const port = Number(text?.trim());
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

function portFile(stateFolder: string): string {
  return join(stateFolder, "endpoint-port");
}
