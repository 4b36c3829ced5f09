/**
 * Remembers the user's decisions: which editor settings may send code where, and which model servers of this
 * machine may get code. Stored beside the configuration file, outside every workspace, readable only by the user.
 */
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { isRecord } from "../../base/record.ts";
import { readPrivateText } from "../../files/small-file.ts";
import { configFilePlaces } from "../config-file.ts";
import type { Environment } from "../environment.ts";

export type Decision = "allowed" | "refused";

export interface Decisions {
  /** The file, for messages. */
  readonly path: string;
  /** The decision on `subject`. It may have been made in another server process of the same user. */
  of(subject: string): Decision | undefined;
  /**
   * Stores it permanently. `description` is for a person who reads the file. If the file cannot be written, the
   * decision is lost at exit.
   */
  keep(subject: string, decision: Decision, description: string): void;
}

export interface DecisionPlaces {
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
}

interface Entry {
  readonly decision: Decision;
  readonly description: string;
}

/** The oldest decisions are dropped. */
const mostEntries = 500;

export function openDecisions(places: DecisionPlaces): Decisions {
  const [configFile = ""] = configFilePlaces(places);
  const path = join(dirname(configFile), "decisions.json");
  return {
    path,
    of: (subject) => read(path).get(digestOf(subject))?.decision,
    keep(subject, decision, description) {
      const entries = read(path);
      entries.delete(digestOf(subject));
      entries.set(digestOf(subject), { decision, description });
      write(path, [...entries].slice(-mostEntries));
    },
  };
}

/** The subject may contain a command's arguments, so only its digest is written. */
function digestOf(subject: string): string {
  return createHash("sha256").update(subject).digest("hex");
}

/** A file that another user could have written is ignored. */
function read(path: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const text = readPrivateText(path);
  if (text === undefined) return entries;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return entries;
  }
  if (!isRecord(content)) return entries;
  for (const [digest, entry] of Object.entries(content)) {
    if (!isRecord(entry)) continue;
    const { decision, description } = entry;
    if (decision !== "allowed" && decision !== "refused") continue;
    const described = typeof description === "string" ? description : "";
    entries.set(digest, { decision, description: described });
  }
  return entries;
}

function write(path: string, entries: readonly (readonly [string, Entry])[]): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`, {
      mode: 0o600,
    });
    renameSync(temporary, path);
  } catch {
    // The home folder cannot be written: the answer is valid for this session.
  }
}
