/** Where the server's log goes: to the client as `window/logMessage`, and to `--log-file`. */
import { isLogged, type Log, type LogLevel } from "../../base/log.ts";
import { printable } from "../../base/printable.ts";
import type { Client } from "./client.ts";

export interface ClientLogOptions {
  readonly client: Client;
  /** Asked for each message: settings change it. */
  readonly level: () => LogLevel;
  /** Takes secrets out. */
  readonly redact: (text: string) => string;
  /** The log file, where one was asked for. */
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
