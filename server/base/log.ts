/** The logging interface. The sinks are in `lsp/` and `cli/`. No message contains document text or a key. */
export const logLevels = ["off", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogSeverity = Exclude<LogLevel, "off">;

export interface Log {
  readonly level: LogLevel;
  write(severity: LogSeverity, message: string): void;
}

/** True if a line of this severity would be logged. Check it before building a costly message. */
export function isLogged(log: Log, severity: LogSeverity): boolean {
  return logLevels.indexOf(severity) <= logLevels.indexOf(log.level);
}

export const silentLog: Log = { level: "off", write: () => {} };
