/** Looks for the places of the last edits, in short slices, and gives up as soon as a key comes. */
import type { Clock } from "../../base/clock.ts";
import type { NextEdit, Place } from "../../next-edit/next-edit.ts";
import { mostFiles } from "../../next-edit/texts.ts";
import type { TimeSlices } from "../../workspace-model/time-slices.ts";
import { FileTexts, WorkspaceTexts, type TextSources } from "./workspace-texts.ts";

/** Of the last looks, for the status. */
const mostDurations = 200;

export class PlaceFinder {
  readonly #clock: Clock;
  readonly #sources: TextSources;
  readonly #slices: TimeSlices;
  readonly #files: FileTexts;
  readonly #durations: number[] = [];

  constructor(clock: Clock, sources: TextSources, slices: TimeSlices) {
    this.#clock = clock;
    this.#sources = sources;
    this.#slices = slices;
    this.#files = new FileTexts(sources.readFile);
  }

  /** Milliseconds of work, rising. */
  get durations(): readonly number[] {
    return this.#durations.toSorted((one, other) => one - other);
  }

  /** Files have changed behind the editor's back. */
  filesChanged(): void {
    this.#files.clear();
  }

  /** `undefined` when `isOver` says that nobody wants the places any more. */
  async find(
    nextEdit: NextEdit,
    uri: string,
    isOver: () => boolean,
  ): Promise<readonly Place[] | undefined> {
    const work = new Work(this.#clock, this.#slices, isOver);
    const texts = new WorkspaceTexts(this.#sources, uri);
    const names = nextEdit.wantedNames();
    const document = this.#sources.documents.get(uri);
    const steps = document && this.#sources.filesWith(names, document);
    if (steps !== undefined) {
      const holders = await work.run(steps);
      if (holders === undefined) return undefined;
      for (const [name, paths] of holders) texts.setHolders(name, paths);
    }
    if (!(await this.#readFiles(nextEdit, texts, work))) return undefined;
    const places = await work.run(nextEdit.propose(texts));
    if (places === undefined) return undefined;
    this.#durations.push(work.elapsed);
    if (this.#durations.length > mostDurations) this.#durations.shift();
    return places;
  }

  /** False when it was given up. */
  async #readFiles(nextEdit: NextEdit, texts: WorkspaceTexts, work: Work): Promise<boolean> {
    let left = mostFiles;
    for (const uri of nextEdit.wantedTexts(texts)) {
      if (texts.has(uri) || left-- <= 0) continue;
      texts.set(uri, await this.#files.get(uri));
      if (!(await work.pause())) return false;
    }
    return true;
  }
}

/** Work in slices, with the time that it took. */
class Work {
  elapsed = 0;
  readonly #clock: Clock;
  readonly #slices: TimeSlices;
  readonly #isOver: () => boolean;

  constructor(clock: Clock, slices: TimeSlices, isOver: () => boolean) {
    this.#clock = clock;
    this.#slices = slices;
    this.#isOver = isOver;
  }

  /** `undefined` when it was given up. */
  async run<T>(steps: Generator<undefined, T>): Promise<T | undefined> {
    for (;;) {
      const startedAt = this.#clock.now();
      const step = steps.next();
      this.elapsed += this.#clock.now() - startedAt;
      if (step.done === true) return step.value;
      if (!(await this.pause())) return undefined;
    }
  }

  /** Lets others run when the slice is used up; false when the work is to be given up. */
  async pause(): Promise<boolean> {
    if (this.#slices.isOver) await this.#slices.next();
    return !this.#isOver();
  }
}
