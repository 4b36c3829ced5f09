/** The destinations of the server's log: `window/logMessage` to the client, and `--log-file`. */
import { isLogged, type Log, type LogLevel } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import type { Client } from "./client.ts";

export interface ClientLogOptions {
  readonly client: Client;
  /** Called for each message, because settings change it. */
  readonly level: () => LogLevel;
  /** Removes secrets. */
  readonly redact: (text: string) => string;
  /** The log file, if one was requested. */
  readonly append?: ((line: string) => void) | undefined;
}

export function createClientLog({ client, level, redact, append }: ClientLogOptions): Log {
  return {
    get level() {
      return level();
    },
    write(severity, message) {
      if (!isLogged(this, severity)) return;
      const clean = printable(redact(message));
      client.logMessage(severity, clean);
      append?.(`${severity} ${clean}`);
    },
  };
}
