/**
 * An accepted answer must be what the user saw: no half characters, no control characters, nothing that
 * reverses the order of text, and nothing invisible that the document does not use already.
 */
import type { Surroundings } from "../../syntax/surroundings.ts";
import type { CutStep, EditStep } from "../step.ts";

/** Half of a surrogate pair stops the clients of real editors: the answer ends before it. */
export const stopAtHalfCharacter: CutStep = {
  kind: "cut",
  name: "half character",
  dropReason: "unsafeText",
  findCut(text, _facts, isComplete) {
    if (text.isWellFormed()) return undefined;
    const end = text.search(loneSurrogate);
    // The other half may be in the next piece.
    if (end === text.length - 1 && !isComplete && isHighSurrogate(text, end)) return undefined;
    return { end, decidedAt: end + (isHighSurrogate(text, end) ? 2 : 1), isContinued: false };
  },
};

const loneSurrogate = /\p{Surrogate}/u;

function isHighSurrogate(text: string, index: number): boolean {
  return text.charCodeAt(index) < 0xdc00;
}

/** C0 without tab, line feed and form feed, DEL and C1, bidirectional controls, separators, noncharacters. */
const unsafe =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000D-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u2028\u2029\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

export const dropUnsafeText: EditStep = {
  kind: "edit",
  name: "unsafe text",
  apply: (draft, { around }) => {
    if (unsafe.test(draft.text)) return "unsafeText";
    if (hasHiddenText(draft.text, around)) return "invisibleText";
    const isRestSafe = !unsafe.test(draft.rest) && !hasHiddenText(draft.rest, around);
    return isRestSafe ? draft : { ...draft, rest: "" };
  },
};

/** True for a text that may be offered at this place, whatever wrote it. */
export function isSafeText(text: string, around: Surroundings): boolean {
  return !unsafe.test(text) && !hasHiddenText(text, around);
}

/** What no font shows. Arabic and other prepended signs are format characters, too, but have a form. */
const hidden =
  /(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}\u{13430}-\u{1343F}])[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu;

/** Scripts that are written with joiners between letters. */
const joined =
  `Arabic Syriac Mongolian Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada
  Malayalam Sinhala Khmer Myanmar Tibetan`
    .split(/\s+/)
    .map((script) => `\\p{Script=${script}}`)
    .join("");

const pictograph = "\\p{Extended_Pictographic}\\uFE0F?\\p{Emoji_Modifier}?";
/** The flags of England, Scotland and Wales are the only ones that tag characters spell. */
const flag = ["gbeng", "gbsct", "gbwls"].map((nation) => {
  const tags = Array.from(nation, (letter) => 0xe0000 + letter.charCodeAt(0));
  return String.fromCodePoint(0x1f3f4, ...tags, 0xe007f);
});

/** What joins or varies the characters beside it so that it is seen. */
const visibleUses: readonly RegExp[] = [
  new RegExp(
    `${flag.join("|")}|[0-9#*]\\uFE0F\\u20E3|${pictograph}(?:\\u200D${pictograph})*`,
    "gu",
  ),
  new RegExp(`(?<=[${joined}])[\\u200C\\u200D]`, "gu"),
];

const directionMark = /[\u061C\u200E\u200F]/g;
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function hasHiddenText(text: string, { before, after }: Surroundings): boolean {
  if (text.search(hidden) < 0) return false;
  // An emoji or a letter left of the cursor may be what the answer goes on with.
  const lead = before.slice(before.lastIndexOf("\n") + 1).slice(-leadLength);
  let rest = lead + text + after.slice(0, Math.max(0, after.indexOf("\n"))).slice(0, leadLength);
  for (const use of visibleUses) rest = rest.replace(use, "");
  for (const line of rest.split("\n")) {
    const unmarked = line.replace(directionMark, "");
    const left = rightToLeft.test(unmarked) ? unmarked : line;
    for (const [character] of left.matchAll(hidden)) {
      if (!before.includes(character) && !after.includes(character)) return true;
    }
  }
  return false;
}

const leadLength = 64;
