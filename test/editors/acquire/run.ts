// Child processes of the installer: their output is kept for the message when they fail.
import { spawn } from "node:child_process";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a program to its end and returns its stdout; throws with the last lines of both streams. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 300_000 }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    let stdout = "";
    let everything = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      everything += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      everything += text;
    });
    child.on("error", (cause) => reject(new Error(`${program}: ${cause.message}`, { cause })));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(stdout);
      const tail = everything.trimEnd().split("\n").slice(-12).join("\n");
      return reject(new Error(`${program} ended with ${signal ?? code}:\n${tail}`));
    });
  });
}
