/**
 * From the changes of documents to what the next edit learns. An edit that the user may still go on with is learned by
 * a copy, so that it can be taken back.
 */
import type { DocumentEvent, DocumentStore } from "../../documents/document-store.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";
import { LineText } from "../../next-edit/line-text.ts";
import { NextEdit, type SettledEdit } from "../../next-edit/next-edit.ts";
import { continued, regionOfAll, type EditedRegion } from "./edited-region.ts";
import { changedLines, isBalancedAsBefore, settledEdits } from "./settled-edits.ts";
import { longestText } from "./workspace-texts.ts";

export interface LearningDependencies {
  readonly documents: DocumentStore;
  /** Nothing is learned from documents in which nothing may be proposed. */
  readonly mayEdit: (uri: string) => boolean;
  /** Before an edit by hand is learned. */
  readonly onEdit: (edit: SettledEdit) => void;
}

/** What is to be learned when there is time, in its order. */
type Due =
  | { readonly kind: "region"; readonly region: EditedRegion; readonly now: DocumentSnapshot }
  | {
      readonly kind: "applied";
      readonly edits: readonly SettledEdit[];
      readonly now: DocumentSnapshot;
    }
  /** By another server, a formatter or several cursors. */
  | { readonly kind: "foreign"; readonly before: DocumentSnapshot; readonly now: DocumentSnapshot };

export class Learning {
  readonly #dependencies: LearningDependencies;
  #nextEdit = new NextEdit();
  /** What the user is editing, over all documents. */
  #region: EditedRegion | undefined;
  /** From before the region was learned, while the user may still go on with it. */
  #beforeRegion: NextEdit | undefined;
  #due: Due[] = [];

  constructor(dependencies: LearningDependencies) {
    this.#dependencies = dependencies;
  }

  get nextEdit(): NextEdit {
    return this.#nextEdit;
  }

  /** Notes the changed range and no more: this is on the way of a key. */
  follow({ uri, after, edits }: DocumentEvent, before: DocumentSnapshot): void {
    const continuing = this.#continuedBy(uri, before, edits);
    if (continuing !== undefined) {
      this.#takeBack();
      this.#region = continuing;
      return;
    }
    this.#leaveRegion(before);
    this.#region = regionOfAll(before, edits);
    if (this.#region === undefined && after !== undefined) {
      this.#due.push({ kind: "foreign", before, now: after });
    }
  }

  /** Places that were offered were applied. */
  followApplied(
    edits: readonly SettledEdit[],
    before: DocumentSnapshot,
    now: DocumentSnapshot,
  ): void {
    this.#leaveRegion(before);
    this.#due.push({ kind: "applied", edits, now });
  }

  /** Documents with edits that are not learned. */
  get unlearnedUris(): ReadonlySet<string> {
    const uris = new Set(this.#due.map(({ now }) => now.uri));
    if (this.#unlearned !== undefined) uris.add(this.#unlearned.base.uri);
    return uris;
  }

  /** Learns what the user has left. */
  learnDue(): void {
    for (const due of this.#due.splice(0)) this.#learn(due);
  }

  /** Whether the line is part of an edit that is not learned. */
  isUnfinishedAt({ uri, line }: { readonly uri: string; readonly line: number }): boolean {
    const region = this.#unlearned;
    const lines = this.#dependencies.documents.lines(uri);
    if (region?.base.uri !== uri || lines === undefined) return false;
    const first = lines.positionAt(region.start).line;
    return line >= first && line <= lines.positionAt(region.nowEnd).line;
  }

  /** Learns the edit under the cursor, if it looks finished; false when it does not. */
  learnIfFinished(): boolean {
    const region = this.#unlearned;
    if (region === undefined) return true;
    const now = this.#dependencies.documents.get(region.base.uri);
    if (now === undefined || now.text.length > longestText) return false;
    if (!isBalancedAsBefore(changedLines(region, now))) return false;
    this.learnRegion();
    return true;
  }

  /** Learns the edit under the cursor; it is taken back if the user goes on with it. */
  learnRegion(): void {
    const region = this.#unlearned;
    const now = region && this.#dependencies.documents.get(region.base.uri);
    if (region === undefined || now === undefined) return;
    this.#beforeRegion = this.#nextEdit.copy();
    this.#learn({ kind: "region", region, now });
  }

  /** The document was closed or opened again. */
  forget(uri: string): void {
    if (this.#region?.base.uri === uri) {
      this.#region = undefined;
      this.#beforeRegion = undefined;
    }
    this.#due = this.#due.filter(({ now }) => now.uri !== uri);
    this.#nextEdit.forgetDocument(uri);
    this.#beforeRegion?.forgetDocument(uri);
  }

  get #unlearned(): EditedRegion | undefined {
    return this.#beforeRegion === undefined ? this.#region : undefined;
  }

  #continuedBy(
    uri: string,
    before: DocumentSnapshot,
    edits: DocumentEvent["edits"],
  ): EditedRegion | undefined {
    let region = this.#region;
    if (region?.base.uri !== uri) return undefined;
    for (const [index, edit] of edits.entries()) {
      region = region && continued(region, edit, index === 0 ? before : undefined);
    }
    return region;
  }

  /** The user goes on with what was learned: it was not finished. */
  #takeBack(): void {
    if (this.#beforeRegion === undefined) return;
    this.#nextEdit = this.#beforeRegion;
    this.#beforeRegion = undefined;
  }

  /** `document` is about to change elsewhere. */
  #leaveRegion(document: DocumentSnapshot): void {
    const region = this.#unlearned;
    if (region !== undefined) {
      const { uri } = region.base;
      const now = uri === document.uri ? document : this.#dependencies.documents.get(uri);
      if (now !== undefined) this.#due.push({ kind: "region", region, now });
    }
    this.#region = undefined;
    this.#beforeRegion = undefined;
  }

  #learn(due: Due): void {
    const { uri, text } = due.now;
    if (!this.#dependencies.mayEdit(uri) || text.length > longestText) return;
    const lines = new LineText(text.slice(0));
    switch (due.kind) {
      case "region":
        this.#learnChanged(uri, due.region, due.now, lines);
        return;
      case "applied":
        for (const edit of due.edits) this.#nextEdit.learn(edit, { get: () => lines });
        return;
      case "foreign":
        this.#shift(uri, new LineText(due.before.text.slice(0)), lines);
        return;
    }
  }

  #learnChanged(uri: string, region: EditedRegion, now: DocumentSnapshot, lines: LineText): void {
    const changed = changedLines(region, now);
    const edits = settledEdits(uri, changed);
    for (const edit of edits) {
      this.#dependencies.onEdit(edit);
      this.#nextEdit.learn(edit, { get: () => lines });
    }
    const growth = changed.newLines.length - changed.oldLines.length;
    if (edits.length === 0) this.#nextEdit.shift(uri, changed.line, growth);
  }

  /** Teaches nothing but where the lines below have gone. */
  #shift(uri: string, before: LineText, now: LineText): void {
    let line = 0;
    while (line < before.lines.length && before.lines[line] === now.lines[line]) line++;
    this.#nextEdit.shift(uri, line, now.lines.length - before.lines.length);
  }
}
