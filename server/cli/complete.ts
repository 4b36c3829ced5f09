/** `complete FILE:LINE:COLUMN`: one suggestion on stdout, or the reason why there is none on stderr. */
import { parseArguments, UsageError, type CommandIo } from "./command.ts";
import { parsePlace } from "./place.ts";

export function complete(argv: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseArguments(argv, {
    json: { type: "boolean" },
    explain: { type: "boolean" },
    config: { type: "string" },
  });
  const [argument, ...others] = positionals;
  if (others.length > 0) throw new UsageError("takes one place");
  const place = parsePlace(argument);
  io.writeError(`${place.file}: no session yet\n`);
  return Promise.resolve(1);
}
