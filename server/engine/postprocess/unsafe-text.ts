/** Control characters and characters that reverse the order of text are never offered: they hide what is accepted. */
import type { EditStep } from "./step.ts";

const unsafe =
  // C0 but tab and line feed, DEL and C1, bidirectional overrides and isolates, line and paragraph separators
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u2028\u2029\uFFFE\uFFFF]/;

export const dropUnsafeText: EditStep = {
  kind: "edit",
  name: "unsafe text",
  apply: (draft) => (unsafe.test(draft.text) ? "unsafeText" : draft),
};
