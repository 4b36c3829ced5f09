/**
 * One reader for the error bodies of every FIM server: JSON of a dozen shapes, plain text, an edge's HTML,
 * nothing. Nothing of the document may come back through it: servers echo what they were sent.
 */
import { isRecord } from "../../base/record.ts";
import { parseBoundedJson } from "./answer-json.ts";

export interface ErrorBody {
  /** One line for people, at most 300 characters; empty when the body says nothing readable. */
  readonly message: string;
  /** The server's own code or type, as in `3051` or `exceed_context_size_error`. */
  readonly code: string;
  /** Told by an overflow: the model's context, in tokens. */
  readonly contextLength?: number;
  readonly isPromptTooLong: boolean;
  /** The server says that its model cannot fill in the middle. */
  readonly isWithoutFim: boolean;
}

/** As much of a body as is read. */
export const maxErrorBodyBytes = 64 * 1024;

const maxMessageLength = 300;

/** A run this long in common with the sent text is an echo of it, not chance. */
const echoLength = 16;

/** Mistral's code for a bad prompt, mostly one over the context; llama.cpp's type; the code of vLLM and others. */
const overflowCodes = new Set(["3051", "exceed_context_size_error", "context_length_exceeded"]);

/** Mistral says it under the code of an overflow, llama.cpp of infill, Ollama of insert, vLLM of suffix. */
const withoutFim =
  /\b(?:fim|fill[- ]in[- ]the[- ]middle|infill|insert|suffix)\b.{0,20}\bnot (?:enabled|supported|available|currently supported)|not support (?:fim|infill|insert|suffix)/i;

/** `sent`: prompt, suffix and key of the request: a message that repeats a part of them is withheld. */
export function readErrorBody(body: string, sent: readonly string[]): ErrorBody {
  const parsed = parseJson(body);
  const raw = parsed === undefined ? plainText(body) : messageOf(parsed, 0);
  // Control and direction characters would act on the terminal or the message line that shows them.
  const text = raw.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  const code = codeOf(parsed);
  // Mistral and vLLM tell the length only in words; llama.cpp has a field for it.
  const told = /maximum context length(?: is|:)?\s*(\d+)|model with (\d+) maximum/i.exec(text);
  const contextLength = Number(told?.[1] ?? told?.[2] ?? fieldOf(parsed, "n_ctx") ?? Number.NaN);
  const isWithoutFim = withoutFim.test(text);
  const isPromptTooLong = (overflowCodes.has(code) && !isWithoutFim) || told !== null;
  const shown = text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;
  return {
    message: echoes(shown, sent) ? "(its message repeats what was sent and is not shown)" : shown,
    code,
    isPromptTooLong,
    isWithoutFim,
    ...(contextLength > 0 && { contextLength }),
  };
}

/** Shapes: `message`, `detail`, `error`, each a text, an object, or an array of validation issues. */
function messageOf(value: unknown, depth: number): string {
  if (depth > 5) return "";
  if (typeof value === "string") {
    // Old Mistral servers put JSON into the text.
    const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
    return inner === undefined ? value : messageOf(inner, depth + 1);
  }
  if (Array.isArray(value)) {
    const messages = value.slice(0, 3).map((item) => messageOf(item, depth + 1));
    return messages.filter((message) => message !== "").join("; ");
  }
  if (!isRecord(value)) return "";
  if ("msg" in value) return issueOf(value);
  for (const name of ["message", "detail", "error", "errors"]) {
    const message = messageOf(value[name], depth + 1);
    if (message !== "") return message;
  }
  return "";
}

/** A validation issue: where and what, without `input`, which is the user's text. */
function issueOf(issue: Readonly<Record<string, unknown>>): string {
  const path = Array.isArray(issue["loc"]) ? issue["loc"].map(String).join(".") : "";
  const message = typeof issue["msg"] === "string" ? issue["msg"] : "";
  return path === "" ? message : `${path}: ${message}`;
}

function codeOf(parsed: unknown): string {
  for (const name of ["code", "type"]) {
    const value = fieldOf(parsed, name);
    const isHttpStatus = typeof value === "number" && value >= 400 && value < 600;
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number" && !isHttpStatus) return String(value);
  }
  return "";
}

/** A field of the body or of the `error` object in it. */
function fieldOf(parsed: unknown, name: string): unknown {
  if (!isRecord(parsed)) return undefined;
  const inner = parsed["error"];
  return parsed[name] ?? (isRecord(inner) ? inner[name] : undefined);
}

/** Of HTML its title; of other text its beginning. */
function plainText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  if (title !== undefined) return title;
  return /<(?:!doctype|html|body)/i.test(body) ? "" : body.slice(0, 2 * maxMessageLength);
}

function echoes(message: string, sent: readonly string[]): boolean {
  const texts = sent
    .map((text) => text.replaceAll(/\s+/g, " "))
    .filter((text) => text.trim() !== "");
  return texts.some((text) => {
    if (text.length < echoLength) return text.length >= 6 && message.includes(text);
    for (let start = 0; start + echoLength <= message.length; start++) {
      if (text.includes(message.slice(start, start + echoLength))) return true;
    }
    return false;
  });
}

function parseJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}
