/**
 * Which language a document is in. What the editor says counts, unless it says plain text or an id that the table
 * does not have: then the file's name tells, where it can.
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

/** Every entry of the table. */
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
/** Names that any extension may follow, as in `Dockerfile.dev`. */
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

/** A language that the table does not have is taken for one with braces. */
const unknown = compileLanguage({ ids: "", family: "", ...braces });

const plainId = "plaintext";
/** Text of no language. */
export const plainText = byId.get(plainId) ?? unknown;

/** The language of a document by the id that its editor sent and its path or URI. */
export function languageOf(id: string, path: string): Language {
  const known = languageOfId(id);
  if (known !== undefined && known !== plainText) return known;
  // A new document without a file may have any name.
  const named = path.startsWith("untitled:") ? undefined : languageOfPath(path);
  return named ?? known ?? unknown;
}

/** The family of an open document, never none. */
export function familyOf(id: string, path: string): LanguageFamily {
  const language = languageOf(id, path);
  return language === unknown ? id : language.family;
}

/** The family of a source file by its path; `undefined` for what is not known to be source. */
export function familyOfPath(path: string): LanguageFamily | undefined {
  const language = languageOfPath(path);
  return language?.isUnlearned === true ? undefined : language?.family;
}

/** `sent` when it says something, else the id of the language that the name tells. */
export function languageIdOf(sent: unknown, path: string): string {
  if (typeof sent === "string" && sent.trim() !== "") return sent;
  return languageOfPath(path)?.id ?? plainId;
}

/** An extension of the language's files, without its dot, by the id that the editor sent. */
export function extensionOf(id: string): string | undefined {
  const own = languageOfId(id)?.id;
  const entry = languageTable.find(({ ids }) => ids.split(" ", 1)[0] === own);
  return /(?:^| )\*\.(\S+)/.exec(entry?.files ?? "")?.[1];
}

function languageOfId(sent: string): Language | undefined {
  const id = sent.toLowerCase();
  // Dialects have a dot, as `yaml.ansible`.
  return byId.get(id) ?? byId.get(id.split(".", 1)[0] ?? "");
}

function languageOfPath(path: string): Language | undefined {
  const bare = /^[a-z][\w+.-]+:\/\//i.test(path) ? path.replace(/[?#].*$/, "") : path;
  const name = bare
    .slice(Math.max(bare.lastIndexOf("/"), bare.lastIndexOf("\\")) + 1)
    .toLowerCase();
  const named = byName.get(name);
  if (named !== undefined) return named;
  // The longest extension first: `page.blade.php`.
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const language = byExtension.get(name.slice(dot + 1));
    if (language !== undefined) return language;
  }
  const stemEnd = name.indexOf(".", 1);
  return stemEnd < 0 ? undefined : byStem.get(name.slice(0, stemEnd));
}
