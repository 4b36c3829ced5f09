/** Edits one after the other, and what is proposed after them. */
import { nextPlace } from "../../server/next-edit/choose.ts";
import { NextEdit, type Place } from "../../server/next-edit/next-edit.ts";
import { EditedTexts } from "../support/edited-texts.ts";

/** `lines` in place of `count` lines from `line` on. */
export type Edit = readonly [uri: string, line: number, count: number, lines: readonly string[]];

export class EditSession {
  readonly nextEdit = new NextEdit();
  readonly texts = new EditedTexts();
  #cursor = { uri: "", line: 0 };

  constructor(files: Readonly<Record<string, readonly string[]>>) {
    for (const [uri, lines] of Object.entries(files)) this.texts.set(uri, lines.join("\n"));
  }

  edit(...[uri, line, count, newLines]: Edit): void {
    const oldLines = this.texts.replace(uri, line, count, newLines);
    this.nextEdit.learn({ uri, line, oldLines, newLines, isAccepted: false }, this.texts);
    this.#cursor = { uri, line };
  }

  places(): readonly Place[] {
    const steps = this.nextEdit.propose(this.texts);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** The next place that is at least so sure. */
  next(least: number): Place | undefined {
    return nextPlace(this.places(), least, this.#cursor);
  }

  refuseFirst(): void {
    const [first] = this.places();
    if (first !== undefined) this.nextEdit.refuse(first);
  }

  /** Takes the place as a user does. */
  take({ uri, line, count, lines }: Place): void {
    const oldLines = this.texts.replace(uri, line, count, lines);
    this.nextEdit.learn({ uri, line, oldLines, newLines: lines, isAccepted: true }, this.texts);
    this.#cursor = { uri, line };
  }

  text(uri: string): readonly string[] {
    return this.texts.get(uri)?.lines ?? [];
  }
}
