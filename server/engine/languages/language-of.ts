/**
 * Determines the language of a document. The editor's id decides, unless it means plain text or is not in the
 * table; then the file name decides if it can.
 */
import { braces } from "./forms.ts";
import { compileLanguage, type Language, type LanguageFamily } from "./language.ts";
import { buildLanguages } from "./table/build.ts";
import { compiledLanguages } from "./table/compiled.ts";
import { configurationLanguages } from "./table/configuration.ts";
import { dataLanguages } from "./table/data.ts";
import { functionalLanguages } from "./table/functional.ts";
import { keywordLanguages } from "./table/keywords.ts";
import { proseLanguages } from "./table/prose.ts";
import { scriptingLanguages } from "./table/scripting.ts";
import { webLanguages } from "./table/web.ts";

/** All entries of the table. */
export const languageTable = [
  ...compiledLanguages,
  ...webLanguages,
  ...scriptingLanguages,
  ...dataLanguages,
  ...functionalLanguages,
  ...keywordLanguages,
  ...configurationLanguages,
  ...buildLanguages,
  ...proseLanguages,
];

const byId = new Map<string, Language>();
const byExtension = new Map<string, Language>();
const byName = new Map<string, Language>();
/** Names that may have any extension, as in `Dockerfile.dev`. */
const byStem = new Map<string, Language>();

for (const entry of languageTable) {
  const language = compileLanguage(entry);
  for (const id of entry.ids.split(" ")) byId.set(id, language);
  for (const file of entry.files.split(" ")) {
    if (file.startsWith("*.")) byExtension.set(file.slice(2), language);
    else if (file.endsWith(".*")) byStem.set(file.slice(0, -2), language);
    else byName.set(file, language);
  }
}

/** A language that is not in the table is treated as one with braces. */
const unknown = compileLanguage({ ids: "", family: "", ...braces });

const plainId = "plaintext";
/** Text of no language. */
export const plainText = byId.get(plainId) ?? unknown;

/** The language of a document, from the id that its editor sent and its path or URI. */
export function languageOf(id: string, path: string): Language {
  const known = languageOfId(id);
  if (known !== undefined && known !== plainText) return known;
  // A new document without a file may have any name.
  const named = path.startsWith("untitled:") ? undefined : languageOfPath(path);
  return named ?? known ?? unknown;
}

/** The language family of an open document. Always defined. */
export function familyOf(id: string, path: string): LanguageFamily {
  const language = languageOf(id, path);
  return language === unknown ? id : language.family;
}

/** The family of a source file by its path; `undefined` if the path is not known to be source. */
export function familyOfPath(path: string): LanguageFamily | undefined {
  const language = languageOfPath(path);
  return language?.isUnlearned === true ? undefined : language?.family;
}

/** `sent` if it is meaningful; otherwise the language id that the file name suggests. */
export function languageIdOf(sent: unknown, path: string): string {
  if (typeof sent === "string" && sent.trim() !== "") return sent;
  return languageOfPath(path)?.id ?? plainId;
}

/** A file extension of the language, without its dot, for the id that the editor sent. */
export function extensionOf(id: string): string | undefined {
  const own = languageOfId(id)?.id;
  const entry = languageTable.find(({ ids }) => ids.split(" ", 1)[0] === own);
  return /(?:^| )\*\.(\S+)/.exec(entry?.files ?? "")?.[1];
}

function languageOfId(sent: string): Language | undefined {
  const id = sent.toLowerCase();
  // Dialects contain a dot, like `yaml.ansible`.
  return byId.get(id) ?? byId.get(id.split(".", 1)[0] ?? "");
}

function languageOfPath(path: string): Language | undefined {
  const bare = /^[a-z][\w+.-]+:\/\//i.test(path) ? path.replace(/[?#].*$/, "") : path;
  const name = bare
    .slice(Math.max(bare.lastIndexOf("/"), bare.lastIndexOf("\\")) + 1)
    .toLowerCase();
  const named = byName.get(name);
  if (named !== undefined) return named;
  // Longest extension first: `page.blade.php`.
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const language = byExtension.get(name.slice(dot + 1));
    if (language !== undefined) return language;
  }
  const stemEnd = name.indexOf(".", 1);
  return stemEnd < 0 ? undefined : byStem.get(name.slice(0, stemEnd));
}
