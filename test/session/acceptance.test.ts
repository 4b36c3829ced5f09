/** What was accepted and kept, and what the status tells of it. */
import { describe, expect, test } from "vitest";

import { createHarness } from "./harness.ts";

describe("acceptance", () => {
  async function shown() {
    const harness = await createHarness({ text: "let a = ‸\n", answer: () => "compute(b, c);" });
    const outcome = await harness.clock.until(harness.editor.ask());
    const id = outcome.kind === "suggested" ? outcome.suggestions[0].id : "";
    return { ...harness, id };
  }

  test("by command and by change is counted once", async () => {
    const { editor, session, id } = await shown();
    editor.type("compute(b, c);");
    session.accepted(id);
    session.accepted(id);
    session.accepted("unknown");
    expect(session.status().counters).toMatchObject({ accepted: 1, charactersAccepted: 14 });
  });

  test("by command alone is counted", async () => {
    const { session, id } = await shown();
    session.accepted(id);
    expect(session.status().counters).toMatchObject({ accepted: 1, charactersAccepted: 14 });
  });

  test("of a part is counted by its characters", async () => {
    const { editor, session } = await shown();
    editor.type("compute(");
    editor.type("b, c);");
    expect(session.status().counters).toMatchObject({ accepted: 1, charactersAccepted: 14 });
  });

  test("is not what typing looks like", async () => {
    const { editor, session } = await shown();
    for (const key of "compute(b, c);") editor.type(key);
    expect(session.status().counters).toMatchObject({ accepted: 0, charactersAccepted: 0 });
  });

  test("is not typing in a client that gathers keys", async () => {
    const { editor, session } = await shown();
    for (const keys of ["comp", "ute(", "b, ", "c)"]) editor.type(keys);
    expect(session.status().counters.accepted).toBe(0);
  });

  test("is judged 30 s later: retained, though text was typed before it", async () => {
    const { clock, editor, session } = await shown();
    editor.type("compute(b, c);");
    editor.edit(0, 0, "// above\n");
    await clock.advance(31_000);
    expect(session.status().counters).toMatchObject({ judged: 1, retained: 1 });
  });

  test("is judged 30 s later: not retained when it was changed", async () => {
    const { clock, editor, session } = await shown();
    editor.type("compute(b, c);");
    editor.backspace(4);
    await clock.advance(31_000);
    expect(session.status().counters).toMatchObject({ judged: 1, retained: 0 });
  });
});
