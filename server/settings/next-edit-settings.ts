/** The settings of the next edit: rows of the one table in `schema.ts`. */
import { choice, flag, fraction } from "./definition.ts";

export const nextEditSettings = {
  "nextEdit.enabled": flag(
    true,
    "Offer to repeat your last edit at the other places that need it, as a code action and a command. Nothing is shown without being asked for.",
  ),
  "nextEdit.show": choice(
    ["line", "off"],
    "line",
    "`line`: also show the edit as ghost text when the cursor is on a line that needs it, and answer clients that request next edits automatically.",
  ),
  "nextEdit.confidence": fraction(
    0.75,
    [0.5, 1],
    "Minimum probability for showing an edit without being asked. Code actions offer the next place from 0.5 and the set of places from 0.7.",
  ),
  "nextEdit.otherFiles": choice(
    ["asked", "never"],
    "asked",
    "`asked`: a separate code action also changes the places in other files. The editor never jumps to another file without being asked.",
  ),
} as const;
