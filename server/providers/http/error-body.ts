/**
 * Reads the error bodies of all FIM servers: JSON in a dozen shapes, plain text, HTML from a gateway, or nothing.
 * No document text may come back through it, because servers echo what they were sent.
 */
import { isRecord } from "../../base/record.ts";
import { parseBoundedJson } from "./answer-json.ts";

export interface ErrorBody {
  /** One line for people, at most 300 characters. Empty if the body has no readable message. */
  readonly message: string;
  /** The server's own code or type, as in `3051` or `exceed_context_size_error`. */
  readonly code: string;
  /** The model's context in tokens, reported with an overflow. */
  readonly contextLength?: number;
  readonly isPromptTooLong: boolean;
  /** The server reports that its model cannot fill in the middle. */
  readonly isWithoutFim: boolean;
}

/** Most bytes of a body that are read. */
export const maxErrorBodyBytes = 64 * 1024;

const maxMessageLength = 300;

/** A common run of this length is an echo of the sent text and not chance. */
const echoLength = 16;

/**
 * Mistral's code for a bad prompt, usually one that exceeds the context; llama.cpp's type; the code of vLLM and
 * others.
 */
const overflowCodes = new Set(["3051", "exceed_context_size_error", "context_length_exceeded"]);

/**
 * Mistral reports this under the code of an overflow. The others name infill (llama.cpp), insert (Ollama) or suffix
 * (vLLM).
 */
const withoutFim =
  /\b(?:fim|fill[- ]in[- ]the[- ]middle|infill|insert|suffix)\b.{0,20}\bnot (?:enabled|supported|available|currently supported)|not support (?:fim|infill|insert|suffix)/i;

/** `sent`: prompt, suffix and key of the request. A message that repeats part of them is not shown. */
export function readErrorBody(body: string, sent: readonly string[]): ErrorBody {
  const parsed = parseJson(body);
  const raw = parsed === undefined ? plainText(body) : messageOf(parsed, 0);
  // Control and direction characters would affect the terminal or the message line.
  const text = raw.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  const code = codeOf(parsed);
  // Mistral and vLLM report the length only in words; llama.cpp has a field for it.
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

/** A validation issue: place and message, without `input`, which is the user's text. */
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

/** A field of the body, or of its `error` object. */
function fieldOf(parsed: unknown, name: string): unknown {
  if (!isRecord(parsed)) return undefined;
  const inner = parsed["error"];
  return parsed[name] ?? (isRecord(inner) ? inner[name] : undefined);
}

/** For HTML the title; for other text its beginning. */
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
