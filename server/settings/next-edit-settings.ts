/** The settings of the next edit: rows of the one table in `schema.ts`. */
import { choice, flag, fraction } from "./definition.ts";

export const nextEditSettings = {
  "nextEdit.enabled": flag(
    true,
    "Offer to repeat your last edit at the other places where it is due: as code action and command. Nothing appears by itself for this.",
  ),
  "nextEdit.show": choice(
    ["line", "off"],
    "line",
    "`line`: also show the edit as ghost text when the cursor is on the line where it is due, and answer clients that ask for next edits by themselves.",
  ),
  "nextEdit.confidence": fraction(
    0.75,
    [0.5, 1],
    "Least probability from which an edit is shown without being asked for. Code actions offer the next place from 0.5 and the set of places from 0.7.",
  ),
  "nextEdit.otherFiles": choice(
    ["asked", "never"],
    "asked",
    "`asked`: a code action of its own changes the places in other files, too. Nothing ever jumps to another file by itself.",
  ),
} as const;
