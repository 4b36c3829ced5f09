/** What is likely enough is shown, what is not ends the request, and a request by key gets its first line. */
import { expect, onTestFinished, test } from "vitest";

import type { ScriptedAnswer } from "../support/scripted-provider.ts";
import { createHarness, offered, type HarnessOptions } from "./harness.ts";

async function harness(answer: ScriptedAnswer, options: Partial<HarnessOptions> = {}) {
  const made = await createHarness({
    text: "function read(total) {\n  ‸\n}\n",
    answer: () => ({ latencyMs: 100, ...answer }),
    ...options,
  });
  onTestFinished(made.close);
  const ask = async (request: Parameters<typeof made.editor.ask>[0] = {}) => {
    const asked = made.editor.ask(request);
    await made.clock.advance(2000);
    return offered(await asked);
  };
  return { ...made, ask };
}

const surelyLines: ScriptedAnswer = {
  text: ["return", " total", ";\n", "  const", " other", " = 1;\n", "  more();"],
  logprobs: [-0.05, -0.1, -0.05, -2.5, -1, -1, -1],
};

test("shows the lines that are likely, and ends the stream where no more can be", async () => {
  const { ask, provider, session } = await harness({ ...surelyLines, pieceMs: 10 });
  expect(await ask()).toBe("return total;");
  expect(provider.seen[0]?.endedAt).toBe(provider.seen[0]!.at + 130);
  expect(session.status().counters).toMatchObject({ stoppedUnlikely: 1, heldBack: 0, shown: 1 });
});

test("shows nothing while the user types where the first line is unlikely", async () => {
  const { ask, session } = await harness({ text: ["guess", "Work();"], logprobs: [-2.5, -1] });
  expect(await ask()).toBe("dropped: unlikely");
  expect(session.status()).toMatchObject({
    lastOutcome: { kind: "dropped", reason: "unlikely" },
    counters: { heldBack: 1, stoppedUnlikely: 1, shown: 0 },
  });
});

test("always shows the first line by key, and further ones as they are likely", async () => {
  const { ask } = await harness({
    text: ["guess", "Work();\n", "  next();\n", "  last();"],
    logprobs: [-2.5, -1, -0.1, -0.1],
  });
  expect(await ask({ trigger: "invoked" })).toBe("guessWork();");
});

test("a key after an unlikely beginning asks again and gets the whole line", async () => {
  const { ask, provider } = await harness({
    text: ["guess", "Work();"],
    logprobs: [-2.5, -1],
  });
  expect(await ask()).toBe("dropped: unlikely");
  expect(await ask({ trigger: "invoked" })).toBe("guessWork();");
  expect(provider.seen).toHaveLength(2);
});

test("a key joins a request that types have started, which then reads its line to the end", async () => {
  const { clock, editor, provider } = await harness({
    text: ["guess", "Work", "();"],
    logprobs: [-2.5, -1, -1],
  });
  const typed = editor.ask();
  await clock.advance(50);
  const invoked = editor.ask({ trigger: "invoked" });
  await clock.advance(1000);
  expect([offered(await typed), offered(await invoked)]).toEqual(["superseded", "guessWork();"]);
  expect(provider.seen).toHaveLength(1);
});

test("asks nothing again while the user types along what was unlikely, until that is behind him", async () => {
  const { ask, editor, provider } = await harness({
    text: ["guess", "Work", "();"],
    logprobs: [-2.5, -0.05, -0.05],
  });
  expect(await ask()).toBe("dropped: unlikely");
  editor.type("gue");
  // Its one token has begun: what is left of it is as good as sure, and the rest has to be asked for.
  await ask();
  expect(provider.seen).toHaveLength(2);
});

test("shows the rest of an answer once its unlikely part was typed, without another request", async () => {
  const { ask, editor, provider } = await harness({
    text: ["guess", "Work", "(total);"],
    logprobs: [-4, -0.05, -0.05],
    isWhole: true,
  });
  expect(await ask()).toBe("dropped: unlikely");
  editor.type("g");
  expect(await ask()).toBe("uessWork(total);");
  expect(provider.seen).toHaveLength(1);
});

test("0 asks for no probabilities and shows everything", async () => {
  const settings = { "suggestions.minConfidence": 0 };
  const { ask, provider, session } = await harness(surelyLines, { settings });
  expect(await ask()).toBe("return total;\n  const other = 1;\n  more();");
  expect(provider.seen[0]?.request.wantsProbabilities).toBe(false);
  expect(session.status().counters).toMatchObject({ stoppedUnlikely: 0, heldBack: 0 });
});

test("the user's number is the least that is shown", async () => {
  const answer: ScriptedAnswer = { text: ["return total;"], logprobs: [-0.7] };
  for (const [least, shown] of [
    [0.3, "return total;"],
    [0.7, "dropped: unlikely"],
  ] as const) {
    const settings = { "suggestions.minConfidence": least };
    const { ask } = await harness(answer, { settings });
    expect(await ask()).toBe(shown);
  }
});

test.each([
  "return total;",
  "const sum = total + 1;\n  return sum;",
  "if (total > 0) {\n    return total;\n  }\n  return 0;",
  'console.log("the total is", total);',
])("without probabilities an ordinary answer is shown whole: %j", async (text) => {
  const { ask } = await harness({ text });
  expect(await ask()).toBe(text);
});

test("without probabilities a long line of new names is not shown while the user types", async () => {
  const text =
    "const configuration = buildConfiguration(environmentVariables, commandLineArguments, defaults);";
  const { ask } = await harness({ text, finishReason: "length" });
  expect(await ask()).toBe("dropped: unlikely");
  expect(await ask({ trigger: "invoked" })).toBe(text);
});

test("the workspace model's words take the place of what it is clearly surer of", async () => {
  const localSource = {
    suggest: (_site: unknown, { minProbability }: { minProbability: number }) =>
      minProbability <= 0.9
        ? [{ insertText: "local();", probability: 0.9, isSurePrefix: false }]
        : [],
  };
  const doubtful = await harness({ text: ["remote();"], logprobs: [-1] }, { localSource });
  expect(await doubtful.ask()).toBe("local();");
  const unlikely = await harness({ text: ["remote();"], logprobs: [-9] }, { localSource });
  expect(await unlikely.ask()).toBe("local();");
  const sure = await harness({ text: ["remote();"], logprobs: [-0.05] }, { localSource });
  expect(await sure.ask()).toBe("remote();");
});

test("what was accepted is followed by what the model wrote below, where that is likely now", async () => {
  const { ask, editor, provider } = await harness({
    text: ["return", " total", ";\n", "  // done", "\n", "  more();"],
    logprobs: [-0.1, -0.1, -1.4, -0.9, -0.05, -3],
    isWhole: true,
  });
  expect(await ask()).toBe("return total;");
  editor.type("return total;");
  expect(await ask()).toBe("\n  // done");
  expect(provider.seen).toHaveLength(1);
});

test("what is shown stays while the user types along it", async () => {
  const { ask, editor } = await harness({
    text: ["return", " total", ";\n", "  // done"],
    logprobs: [-0.1, -0.1, -1.3, -0.1],
    isWhole: true,
  });
  expect(await ask()).toBe("return total;\n  // done");
  editor.type("return");
  expect(await ask()).toBe(" total;\n  // done");
});

test("what can only be offered by replacing text keeps doing so where lines are cut off", async () => {
  const { ask, editor } = await harness(
    { text: ["total)", " {\n", "    again();\n  }"], logprobs: [-0.1, -0.1, -5], isWhole: true },
    { text: "function read(total) {\n  if (‸)\n}\n" },
  );
  const shown = await ask({ trigger: "invoked" });
  const { text, cursor } = editor;
  expect(text.slice(0, cursor) + shown).toContain("if (total");
});

test("nothing is asked ahead behind an unlikely line that a key has brought", async () => {
  for (const [logprob, requests] of [
    [-5, 1],
    [-0.1, 2],
  ] as const) {
    const { ask, provider } = await harness(
      { text: ["guess", "Work();"], logprobs: [logprob, -0.1] },
      { provider: { isMetered: false } },
    );
    expect(await ask({ trigger: "invoked" })).toBe("guessWork();");
    expect(provider.seen).toHaveLength(requests);
  }
});
