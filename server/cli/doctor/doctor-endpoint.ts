/** Checks whether `fim-language-server serve` answers, if this user has ever started it. */
import { endpointToken, lastEndpointPort } from "../../files/endpoint-token.ts";
import { stateFolder } from "../../files/state-folder.ts";
import type { CommandIo } from "../command.ts";
import { ok, warning, type Check } from "./doctor-report.ts";

/** The endpoint is on this machine, so a longer wait means that it hangs. */
const timeoutMs = 1000;

export async function endpointChecks(io: CommandIo): Promise<readonly Check[]> {
  const folder = stateFolder(io);
  const port = await lastEndpointPort(folder);
  if (port === undefined) return [];
  const origin = `http://127.0.0.1:${port}`;
  try {
    const { value, file } = await endpointToken(folder);
    const response = await fetch(`${origin}/v1/models`, {
      headers: { authorization: `Bearer ${value}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 200) return [ok("endpoint", `${origin} answers`, { port })];
    return [warning("endpoint", `${origin} refuses the token in ${file}`, "start serve again")];
  } catch {
    const remedy = "run fim-language-server serve, if an editor asks there";
    return [warning("endpoint", `nothing answers at ${origin}`, remedy)];
  }
}
