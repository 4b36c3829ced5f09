/** What the wire forms have in common: a question, an answer, a refusal. One form is one file. */
import type { PromptFile } from "../engine/prompt/take-apart.ts";

/** A question of a client, whatever its form. */
export interface FimQuestion {
  readonly prefix: string;
  readonly suffix: string;
  /** Of the current file, where the client names it. */
  readonly path: string | undefined;
  readonly languageId: string | undefined;
  /** Excerpts of other files that the client sent. */
  readonly files: readonly PromptFile[];
  /** Texts at which the client wants the answer to end. */
  readonly stops: readonly string[];
  /** The client wants events instead of one JSON object. */
  readonly isStreamed: boolean;
  /** The client only fills the server's cache, or asks for no token: nothing is asked of a model. */
  readonly isWarmUp: boolean;
}

export interface AnswerFacts {
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly model: string;
}

export interface WireForm {
  /** The path that clients of this form post to. */
  readonly path: string;
  /** @throws BadRequest naming the field and what it takes */
  parse(body: unknown): FimQuestion;
  /** The one JSON object. */
  answer(text: string, facts: AnswerFacts): unknown;
  /** The payloads of the events, in order; each becomes one `data:` line. */
  events(text: string, facts: AnswerFacts): readonly string[];
  /** An error in the form that this API's clients read. */
  refusal(status: number, message: string): unknown;
}

/** The client's fault: becomes an answer with this status. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly status: number;

  constructor(message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
