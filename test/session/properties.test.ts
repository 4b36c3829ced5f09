/**
 * Whatever a client does and in whatever order answers come: each request is answered exactly once, nothing
 * leaves that is not true of the text at that moment, and nothing is left running when all is closed.
 */
import { getEventListeners } from "node:events";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { toLf } from "../../server/engine/document.ts";
import type { Trigger } from "../../server/engine/prompt/prompt.ts";
import type { CompletionOutcome, Suggestion } from "../../server/engine/outcome.ts";
import type { CompletionSite } from "../../server/engine/site.ts";
import { ProviderError } from "../../server/providers/provider.ts";
import type { Settings } from "../../server/settings/schema.ts";
import type { ScriptedAnswer } from "../support/scripted-provider.ts";
import { createHarness, type Editor, type Harness } from "./harness.ts";

type Step =
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "typePair" }
  | { readonly kind: "typeShown"; readonly length: number }
  | { readonly kind: "backspace" }
  | { readonly kind: "undo" }
  | { readonly kind: "jump"; readonly share: number }
  | { readonly kind: "switch" }
  | { readonly kind: "reopen" }
  | {
      readonly kind: "ask";
      readonly surface: "inline" | "menu";
      readonly trigger: Trigger;
    }
  | { readonly kind: "cancel" }
  | { readonly kind: "pass"; readonly ms: number };

const letters = fc.constantFrom("a", "b", "c", "d");
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: letters.map((text) => ({ kind: "type", text }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "type", text: "\n" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "typePair" } as const) },
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: 1, max: 6 })
      .map((length) => ({ kind: "typeShown", length }) as const),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "backspace" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "undo" } as const) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((share) => ({ kind: "jump", share }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "switch" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "reopen" } as const) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      surface: fc.constantFrom("inline" as const, "inline" as const, "menu" as const),
      trigger: fc.constantFrom("automatic" as const, "invoked" as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "cancel" } as const) },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 900 }).map((ms) => ({ kind: "pass", ms }) as const),
  },
);

const anyAnswer: fc.Arbitrary<ScriptedAnswer> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      text: fc.array(fc.constantFrom("ab", "cd", "b(c)", "dda", "a\n  b"), {
        minLength: 1,
        maxLength: 4,
      }),
      latencyMs: fc.integer({ min: 0, max: 800 }),
      pieceMs: fc.integer({ min: 0, max: 150 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ text: "" }) },
  { weight: 1, arbitrary: fc.constant({ text: "", isDeaf: true }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("timeout" as const, "unavailable" as const, "rateLimited" as const)
      .map((kind) => ({
        text: "",
        latencyMs: 100,
        error: new ProviderError({ kind, message: kind, isRetryable: true, retryAfterMs: 300 }),
      })),
  },
);

/** The client of the property: it has two documents, and notes what it asked and got. */
class Client {
  readonly harness: Harness;
  readonly #editors: Editor[];
  readonly #undo = new Map<string, { text: string; cursor: number }[]>();
  readonly controllers: AbortController[] = [];
  readonly outcomes: (CompletionOutcome | undefined)[] = [];
  /** With LF: documents that would stand there if an answer was accepted where it was asked for. */
  readonly targets = new Set<string>();
  readonly faults: string[] = [];
  #shown = "";
  /** What must be offered next as ghost text: the rest of what is shown, or more that begins with it. */
  #rest: string | undefined;

  constructor(harness: Harness) {
    this.harness = harness;
    this.#editors = [harness.editor, harness.open("file:///b.ts", "if (b) {\r\n  ‸\r\n}\r\n")];
  }

  get editor(): Editor {
    return this.#editors[0] ?? this.harness.editor;
  }

  async run(step: Step): Promise<void> {
    const { editor } = this;
    const rest = this.#rest;
    if (step.kind !== "pass" && step.kind !== "cancel") this.#rest = undefined;
    switch (step.kind) {
      case "type":
        return this.#change(() => editor.type(step.text));
      case "typePair":
        return this.#change(() => editor.typeWithCloser("(", ")"));
      case "typeShown": {
        const typed = this.#shown.slice(0, step.length);
        const isAlong = rest !== undefined && rest === this.#shown && rest.length > step.length;
        // Inserted before a bracket that the editor closed, and not over it, one is too many.
        const isBalanced = !typed.includes(")");
        this.#change(() => editor.type(typed));
        this.#shown = this.#shown.slice(step.length);
        this.#rest = isAlong && isBalanced ? this.#shown : undefined;
        return undefined;
      }
      case "backspace":
        if (editor.cursor === 0) return undefined;
        return this.#change(() =>
          editor.backspace(isCrLfBefore(editor.text, editor.cursor) ? 2 : 1),
        );
      case "undo": {
        const state = this.#undo.get(editor.uri)?.pop();
        if (state === undefined) return undefined;
        editor.edit(0, editor.text.length, state.text);
        return editor.moveTo(state.cursor);
      }
      case "jump":
        this.#shown = "";
        editor.moveTo(Math.floor(step.share * editor.text.length));
        // No client can name a place within a line end.
        if (isCrLfBefore(editor.text, editor.cursor + 1)) editor.moveTo(editor.cursor - 1);
        return undefined;
      case "switch":
        this.#shown = "";
        this.#editors.reverse();
        return undefined;
      case "reopen": {
        const { documents } = this.harness.session;
        const { uri, text } = editor;
        documents.close(uri);
        return documents.open({ uri, languageId: "typescript", version: 1, text });
      }
      case "ask":
        return this.#ask(step, step.surface === "inline" ? rest : undefined);
      case "cancel":
        return this.controllers.at(-1)?.abort();
      case "pass":
        return this.harness.clock.advance(step.ms);
    }
  }

  #change(change: () => void): void {
    const { uri, text, cursor } = this.editor;
    const states = this.#undo.get(uri) ?? [];
    this.#undo.set(uri, [...states, { text, cursor }]);
    change();
  }

  #ask({ surface, trigger }: Extract<Step, { kind: "ask" }>, rest: string | undefined): void {
    const { editor, outcomes } = this;
    const controller = new AbortController();
    this.controllers.push(controller);
    const index = outcomes.push(undefined) - 1;
    const asked = { text: editor.text, cursor: editor.cursor };
    void editor.ask({ surface, trigger }, controller.signal).then((outcome) => {
      if (outcomes[index] !== undefined) this.faults.push("answered twice");
      outcomes[index] = outcome;
      if (outcome.kind === "suggested" && rest !== undefined) {
        const [{ insertText }] = outcome.suggestions;
        if (!insertText.startsWith(rest)) this.faults.push("replaced what was typed along");
      }
      this.#check(editor, surface, asked, outcome);
      return undefined;
    });
  }

  /** Runs while the answer leaves: nothing has happened in between. */
  #check(
    editor: Editor,
    surface: "inline" | "menu",
    asked: { readonly text: string; readonly cursor: number },
    outcome: CompletionOutcome,
  ): void {
    if (outcome.kind !== "suggested") return;
    for (const suggestion of outcome.suggestions) {
      this.#checkOne(editor, surface, asked, suggestion);
    }
    if (surface === "inline" && editor === this.editor) {
      this.#shown = outcome.suggestions[0].insertText;
      // The cursor may have moved on without a change.
      this.#rest = asked.cursor === editor.cursor ? this.#shown : undefined;
    }
  }

  /** What is typed along may be indented otherwise than in the answer. */
  #isAnswered(whole: string, origin: Suggestion["origin"]): boolean {
    if (this.targets.has(whole)) return true;
    const plain = withoutIndentation(whole);
    const mayDiffer = origin === "typedThrough" || origin === "cache";
    return mayDiffer && [...this.targets].some((target) => withoutIndentation(target) === plain);
  }

  #checkOne(
    editor: Editor,
    surface: "inline" | "menu",
    asked: { readonly text: string; readonly cursor: number },
    { offset, insertText, replacedLength, insertOnlyText, origin }: Suggestion,
  ): void {
    if (offset !== asked.cursor) this.faults.push("for another place");
    if (surface === "inline" && editor.text !== asked.text) this.faults.push("for another text");
    if (!isTypedAlong(asked, editor.text, insertText))
      this.faults.push("contradicts what was typed");
    const apply = (text: string, replaced: number): string =>
      toLf(asked.text.slice(0, offset) + text + asked.text.slice(offset + replaced));
    const whole = apply(insertText, replacedLength);
    if (!this.#isAnswered(whole, origin))
      this.faults.push(`not what was answered: ${JSON.stringify(whole)}`);
    if (insertOnlyText !== undefined && apply(insertOnlyText, 0) !== whole) {
      this.faults.push("the insert-only form gives another document");
    }
  }
}

/** Editors indent a line their own way behind Enter. */
function withoutIndentation(text: string): string {
  return text.replaceAll(/^[ \t]+/gm, "");
}

/** True when nothing but a start of `insertText`, with a bracket that the editor closed, was typed at the cursor. */
function isTypedAlong(
  asked: { readonly text: string; readonly cursor: number },
  text: string,
  insertText: string,
): boolean {
  const before = asked.text.slice(0, asked.cursor);
  const after = asked.text.slice(asked.cursor);
  if (!text.startsWith(before) || !text.slice(before.length).endsWith(after)) return false;
  const typed = text.slice(before.length, text.length - after.length);
  return (
    insertText.startsWith(toLf(typed)) || insertText.startsWith(toLf(typed).replace(/\)$/, ""))
  );
}

function isCrLfBefore(text: string, offset: number): boolean {
  return text.slice(0, offset).endsWith("\r\n");
}

async function play(
  steps: readonly Step[],
  answers: readonly ScriptedAnswer[],
  settings: Partial<Settings>,
): Promise<void> {
  let client: Client | undefined;
  /** What may be made of an answer: the line, or all lines; the steps that cut more drop the end of it. */
  const expectAt = ({ document, offset }: CompletionSite, middle: string): void => {
    for (let end = 0; end <= middle.length; end++) {
      const text = document.text.slice(0, offset) + middle.slice(0, end);
      client?.targets.add(toLf(text + document.text.slice(offset)));
    }
  };
  const harness = await createHarness({
    text: "let a = ‸\nlet c = 1;\n",
    settings,
    localSource: {
      suggest(site, { minProbability }) {
        const insertText = "dab";
        expectAt(site, insertText);
        const probability = site.offset % 2 === 0 ? 0.9 : 0.6;
        return probability < minProbability ? [] : [{ insertText, probability }];
      },
    },
    answer: ({ site }, index) => {
      const scripted = answers[index % answers.length] ?? { text: "" };
      expectAt(site, [scripted.text].flat().join(""));
      return scripted;
    },
  });
  client = new Client(harness);
  for (const each of steps) {
    await client.run(each);
    // Each message of a client is read in a turn of its own.
    await harness.clock.settle();
  }
  await harness.clock.advance(200);
  await harness.close();
  await harness.clock.settle();

  expect(client.faults).toEqual([]);
  expect(client.outcomes.filter((outcome) => outcome === undefined)).toEqual([]);
  expect(harness.clock.pendingTimers).toBe(0);
  expect(harness.session.status().inFlight).toBe(0);
  for (const { signal } of client.controllers) {
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
  const deaf = answers.filter(({ isDeaf }) => isDeaf === true).length;
  const unended = harness.provider.seen.filter(({ endedAt }) => endedAt === undefined);
  expect(unended.length === 0 || deaf > 0).toBe(true);
}

/** The same runs each time; FIM_SEED gives others. */
const seed = Number(process.env["FIM_SEED"] ?? 1);

test("every request is answered once, nothing untrue leaves, nothing is left running", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep, { minLength: 20, maxLength: 80, size: "max" }),
      fc.array(anyAnswer, { minLength: 4, maxLength: 12, size: "max" }),
      fc.constantFrom<Partial<Settings>>(
        { "workspaceModel.role": "off", "completion.latencyBudgetMs": 100_000 },
        { "workspaceModel.role": "off", "trigger.speculation": "on" },
        { "workspaceModel.role": "fallback", "completion.latencyBudgetMs": 100 },
        { "workspaceModel.role": "first", "trigger.displayDelayMs": 200 },
        { "workspaceModel.role": "off", "provider.maxRequestsPerMinute": 60 },
      ),
      play,
    ),
    { numRuns: 300, seed },
  );
  // 300 runs take seconds; a busy machine needs longer.
}, 60_000);
