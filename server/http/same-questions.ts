/** Some clients send each question several times at once: they all get the answer of the first. */
import type { FimQuestion } from "./wire-form.ts";

type Ask = (question: FimQuestion, signal: AbortSignal) => Promise<string>;

interface Running {
  readonly answer: Promise<string>;
  readonly gone: AbortController;
  /** Clients that still wait for it. */
  waiting: number;
}

export class SameQuestions {
  readonly #ask: Ask;
  readonly #running = new Map<string, Running>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Ends the question itself only when the last client that asked it has gone. */
  async ask(question: FimQuestion, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([question.path, question.prefix, question.suffix]);
    const running = this.#running.get(key) ?? this.#start(key, question);
    running.waiting += 1;
    const leave = (): void => {
      running.waiting -= 1;
      if (running.waiting === 0) running.gone.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await running.answer;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #start(key: string, question: FimQuestion): Running {
    const gone = new AbortController();
    const answer = this.#ask(question, gone.signal).finally(() => this.#running.delete(key));
    const running = { answer, gone, waiting: 0 };
    this.#running.set(key, running);
    return running;
  }
}
