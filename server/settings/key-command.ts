/** Runs the user's key command: no shell, no input, a time limit, and no output in any message. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, isAbsolute } from "node:path";

import type { Clock, Timer } from "../base/clock.ts";
import { homeFolder } from "../files/home-folder.ts";
import type { Environment } from "./environment.ts";

/** Long, because password managers ask for an unlock. */
export const keyCommandTimeoutMs = 30_000;

const maxOutputBytes = 65_536;

/** After a program has ended, its output may still be in the pipe. */
const restMs = 500;

/**
 * The variables that password managers need: paths, the user, how to ask on the screen, and their own settings.
 * Keys of providers and all other variables are not passed on; `env NAME=value` in the command passes more.
 */
const passedOn =
  /^(?:PATH|PATHEXT|HOME|USER|USERNAME|USERPROFILE|USERDOMAIN|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|TMPDIR|TEMP|TMP|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|GNUPGHOME|AGE_KEY_FILE|(?:LC|XDG|DBUS|SSH|GPG|PINENTRY|PASSWORD_STORE|GOPASS|OP|BW|BWS|VAULT|AWS|AZURE|CLOUDSDK|GOOGLE|SOPS|KEEPASS|KEEPASSXC|KEYRING|PYTHON_KEYRING|DOPPLER|INFISICAL|LPASS|NIX)_.*)$/i;

export interface KeyCommandOptions {
  readonly environment: Environment;
  /** Variables that the child does not get: the keys of other sources. */
  readonly withheld: readonly string[];
  readonly clock: Clock;
}

/** Why a source gave no key. Neither text quotes the key, or a command's arguments or output. */
export interface KeyFailure {
  readonly kind: "failed";
  /** For people: which source failed, why, and how to fix it. */
  readonly message: string;
  /** The same in less than a line of a terminal, with the remedy first. */
  readonly brief: string;
}

export type KeyCommandOutput = { readonly kind: "line"; readonly line: string } | KeyFailure;

/**
 * The first line that the program prints, once it has ended successfully. `pass show` and similar programs print
 * notes on further lines; these are ignored.
 */
export function firstLineOf(
  [program = "", ...argv]: readonly string[],
  { environment, withheld, clock }: KeyCommandOptions,
): Promise<KeyCommandOutput> {
  const named = `The key command ${JSON.stringify(program)}`;
  const env = environmentFor(environment, withheld);
  return new Promise((settle) => {
    const child = spawn(program, argv, {
      // Never the workspace: interpreters load modules from the folder they run in, and some systems load programs.
      cwd: homeFolder(),
      env,
      shell: false,
      windowsHide: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    // A program that hangs must not outlive the server.
    const kill = (): void => endTree(child.pid);
    process.once("exit", kill);
    let output = "";
    const end = (result: KeyCommandOutput): void => {
      process.off("exit", kill);
      timer.cancel();
      settle(result);
    };
    const fail = (reason: string, remedy = "Run it in a terminal to see why."): void => {
      const brief = `Check provider.apiKeyCommand: it ${reason}`;
      end({ kind: "failed", message: `${named} ${reason} ${remedy}`, brief });
    };
    const timer = clock.setTimer(() => {
      kill();
      // A grandchild may keep the pipe open, so close our end.
      child.stdout.destroy();
      fail(`did not end within ${keyCommandTimeoutMs / 1000} seconds.`);
    }, keyCommandTimeoutMs);
    let rest: Timer | undefined;
    const finish = (): void => {
      rest?.cancel();
      child.stdout.destroy();
      end({ kind: "line", line: output.split(/\r?\n/, 1)[0] ?? "" });
    };
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (part: string) => {
      if (output.length < maxOutputBytes) output += part;
      if (child.exitCode === 0 && output.includes("\n")) finish();
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") {
        fail("was not found.", "provider.apiKeyCommand is a list, run without a shell.");
      } else fail(`could not be started (${error.code ?? "unknown error"}).`);
    });
    // `exit`, not `close`: a background process that it starts may hold the pipe open for long.
    child.on("exit", (status, signal) => {
      if (status !== 0) {
        const how = status === null ? `was ended by ${signal ?? "a signal"}.` : undefined;
        fail(how ?? `ended with status ${status}.`);
      } else if (output.includes("\n")) finish();
      else rest = clock.setTimer(finish, restMs);
    });
    child.on("close", (status) => {
      if (status === 0) finish();
    });
  });
}

/** The environment without the keys of other sources, and without relative folders in PATH. */
function environmentFor(
  environment: Environment,
  withheld: readonly string[],
): Record<string, string> {
  const env: Record<string, string> = { NoDefaultCurrentDirectoryInExePath: "1" };
  for (const [name, value = ""] of Object.entries(environment)) {
    if (!passedOn.test(name) || withheld.includes(name)) continue;
    const isPath = name.toUpperCase() === "PATH";
    const kept = isPath
      ? value
          .split(delimiter)
          .filter((entry) => isAbsolute(entry))
          .join(delimiter)
      : value;
    if (kept !== "") env[name] = kept;
  }
  return env;
}

/** Also ends the programs that a script has started, on Linux, where the system lists them. */
function endTree(processId: number | undefined): void {
  if (processId === undefined) return;
  const started = startedBy(processId);
  try {
    process.kill(processId, "SIGKILL");
  } catch {
    // It has already ended.
  }
  for (const each of started) endTree(each);
}

function startedBy(processId: number): number[] {
  try {
    const file = `/proc/${processId}/task/${processId}/children`;
    return readFileSync(file, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
