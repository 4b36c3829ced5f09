/** Finds variables with misspelled names: they look like a key or a setting and are neither. */
import { usualKeyVariables } from "../../providers/index.ts";
import { environmentVariableOf, type Environment } from "../../settings/environment.ts";
import { settingKeys } from "../../settings/schema.ts";
import { warning, type Check } from "./doctor-report.ts";

/** Most characters that may differ. */
const mostDifferences = 3;

export function environmentChecks(environment: Environment): readonly Check[] {
  const keys = usualKeyVariables();
  const settings = settingKeys.map(environmentVariableOf);
  return Object.keys(environment).flatMap((name) => {
    const isKey = /^(?:MISTRAL|CODESTRAL|DEEPSEEK)_?(?:AI_?)?(?:API_?)?(?:KEY|TOKEN|SECRET)$/.test(
      name,
    );
    const known = name.startsWith("FIM_") ? settings : isKey ? keys : [];
    if (known.length === 0 || known.includes(name)) return [];
    const meant = isKey
      ? known.find((each) => each.startsWith(name.slice(0, 7)))
      : known.find((each) => differences(each, name) <= mostDifferences);
    const remedy =
      meant === undefined ? "fim-language-server config names them all" : `did you mean ${meant}?`;
    return [warning("environment", `${name} is not read`, remedy)];
  });
}

/** How many characters must be added, removed or replaced. */
function differences(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, character] of Array.from(a).entries()) {
    const next = [index + 1];
    for (let at = 1; at <= b.length; at++) {
      const replaced = (row[at - 1] ?? 0) + (character === b[at - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
