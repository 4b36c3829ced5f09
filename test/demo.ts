/**
 * `npm run demo`: the built server over stdio, as an editor would have it, at places of real files.
 * `npm run demo -- FILE:LINE:COLUMN` shows a place of your own, `--svg=FILE` writes the output as a picture.
 * Exit 0 only when suggestions were shown, 2 when there is no such place.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { version } from "../server/base/version.ts";
import { wantsColors } from "../server/cli/colors.ts";
import { UsageError } from "../server/cli/command.ts";
import { describeReason } from "../server/cli/reasons.ts";
import { projectFolder, startDemoClient, type Answer } from "./demo/client.ts";
import { span, toSvg, toTerminal, type Line } from "./demo/picture.ts";
import { repeatedEdit, repeatedEditLines } from "./demo/repeated-edit.ts";
import { builtInScenes, sceneAt, type Scene } from "./demo/scenes.ts";
import { scriptOptions } from "./support/script-options.ts";

const { values, positionals } = scriptOptions({
  options: { svg: { type: "string" } },
  allowPositionals: true,
});
// npm runs scripts in the project's folder and tells where it was called.
const callerFolder = process.env["INIT_CWD"] ?? process.cwd();
const temporary = await mkdtemp(join(tmpdir(), "fim-demo-"));
try {
  process.exitCode = await show();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 2;
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function show(): Promise<number> {
  const isOwn = positionals.length > 0;
  const scenes = isOwn
    ? await Promise.all(positionals.map((argument) => sceneAt(argument, callerFolder)))
    : await builtInScenes(temporary);
  const client = await startDemoClient(isOwn ? callerFolder : projectFolder);
  const lines: Line[] = [];
  const print = (...added: Line[]): void => {
    lines.push(...added);
    const hasColors = wantsColors(process.stdout, process.env);
    process.stdout.write(toTerminal(added, hasColors));
  };

  let shown = 0;
  for (const scene of scenes) {
    const answer = await client.suggest(scene.file, scene.text, scene.offset);
    const provider = await client.provider();
    if (shown === 0 && lines.length === 0) {
      print([span("strong", `fim-language-server ${version}`), span("faint", ` · ${provider}`)]);
    }
    if (answer.insertText !== undefined) shown++;
    print([], ...sceneLines(scene, answer, provider));
  }
  let places = scenes.length;
  if (!isOwn) {
    const example = repeatedEdit(temporary);
    const place = await client.repeat(example.file, example.lines, example.edits);
    places++;
    if (place !== null) shown++;
    print([], ...repeatedEditLines(place));
  }
  print([], [span("strong", `${shown} of ${places} places have a suggestion`)]);
  for (const message of client.messages) print([span("faint", message)]);
  await client.close();
  if (values.svg !== undefined) await writeFile(values.svg, toSvg(lines));
  return shown > 0 ? 0 : 1;
}

function sceneLines(
  { title, name, text, offset }: Scene,
  answer: Answer,
  provider: string,
): Line[] {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  const after = text.slice(offset + answer.replacedLength).split(/\r\n|\n|\r/);
  const number = before.length;
  const numbered = (line: number, ...spans: Line): Line => [
    span("faint", `${String(line).padStart(6)} `),
    ...spans,
  ];
  const [ghost = "", ...ghostLines] = answer.insertText?.split("\n") ?? [];
  const [restOfLine = ""] = after;
  const right = span("plain", restOfLine);
  const current =
    answer.insertText === undefined
      ? [span("plain", before.at(-1) ?? ""), span("faint", "‸"), right]
      : [
          span("plain", before.at(-1) ?? ""),
          span("ghost", ghost),
          ...(ghostLines.length === 0 ? [right] : []),
        ];
  return [
    [span("strong", title), span("faint", `  ${name}:${number}`)],
    ...(number > 1 ? [numbered(number - 1, span("faint", before.at(-2) ?? ""))] : []),
    numbered(number, ...current),
    ...ghostLines.map((line): Line => [span("faint", "       "), span("ghost", line)]),
    ...after.slice(1, 2).map((line) => numbered(number + 1, span("faint", line))),
    [span("faint", `       ${verdict(answer, provider)}`)],
  ];
}

function verdict({ insertText, latencyMs, reason }: Answer, provider: string): string {
  const time = latencyMs < 10 ? latencyMs.toFixed(1) : String(Math.round(latencyMs));
  return insertText === undefined
    ? `nothing offered after ${time} ms: ${describeReason(reason ?? "unknown")}`
    : `${provider}, ${time} ms`;
}
