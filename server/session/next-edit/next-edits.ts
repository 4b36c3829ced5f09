/**
 * The next edit in the session: notes what is edited, learns from it once the user has left it or paused, and keeps
 * the places where the same is due. On a key's way nothing is done but noting the changed range.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { DocumentEvent } from "../../documents/document-store.ts";
import type { NextEdit, Place } from "../../next-edit/next-edit.ts";
import { TimeSlices } from "../../workspace-model/time-slices.ts";
import { Answers, type AnswerCounts } from "./answers.ts";
import { Learning } from "./learning.ts";
import { OfferedPlaces, type DocumentEdits, type Offer, type Scope } from "./offered-places.ts";
import { PlaceFinder } from "./place-finder.ts";
import type { TextSources } from "./workspace-texts.ts";
import { pathOfUri } from "../../files/uri-path.ts";

export type { DocumentEdits, Offer, Scope } from "./offered-places.ts";

export interface NextEditsDependencies extends TextSources {
  readonly clock: Clock;
  readonly isEnabled: () => boolean;
  /** `undefined` when what `mayEdit` says is up to date, otherwise a promise that resolves once it is. */
  readonly whenKnown: (uri: string) => Promise<boolean> | undefined;
}

export interface NextEditStatus extends AnswerCounts {
  readonly rules: number;
  readonly lastEdit: { readonly kind: string; readonly places: number; readonly p: number } | null;
  readonly ms: { readonly p50: number; readonly p95: number };
}

export interface FindRequest {
  readonly uri: string;
  readonly line: number;
  /** The user asks by key: the edit under the cursor counts as finished. */
  readonly isAsked: boolean;
  /** The client asks where the user has paused: an edit that looks finished counts as that. */
  readonly isPaused?: boolean;
}

/** After so long without a key an edit counts as finished, if it looks so. */
const pauseMs = 700;
/** Answers to keys come first. */
const restAfterKeyMs = 100;

interface Found {
  readonly changes: number;
  readonly places: Promise<readonly Place[] | undefined>;
}

export class NextEdits {
  readonly #dependencies: NextEditsDependencies;
  readonly #finder: PlaceFinder;
  readonly #offers: OfferedPlaces;
  readonly #answers: Answers;
  readonly #stopFollowing: () => void;
  #isReady = false;
  #setReady: () => void = () => {};
  readonly #ready = new Promise<void>((resolve) => {
    this.#setReady = resolve;
  });
  readonly #learning: Learning;
  #pause: Timer | undefined;
  /** Grows with every change of a document. */
  #changes = 0;
  #lastKeyAt = Number.NEGATIVE_INFINITY;
  #asking = 0;
  #found: Found | undefined;
  #lastPlaces: readonly Place[] = [];

  constructor(dependencies: NextEditsDependencies) {
    const { clock, documents, readFile } = dependencies;
    const restMs = (): number =>
      this.#asking > 0 ? 0 : Math.max(0, this.#lastKeyAt + restAfterKeyMs - clock.now());
    this.#dependencies = dependencies;
    this.#finder = new PlaceFinder(clock, dependencies, new TimeSlices(clock, restMs));
    this.#offers = new OfferedPlaces(documents, async (uri) => {
      const path = pathOfUri(uri);
      return path === undefined ? undefined : await readFile(path);
    });
    this.#answers = new Answers({
      onAnswer: (place, isTaken) => this.#nextEdit.answered(place, isTaken),
      onRefused: (place) => this.#nextEdit.refuse(place),
    });
    this.#learning = new Learning({
      documents,
      mayEdit: dependencies.mayEdit,
      onEdit: (edit) => this.#answers.edited(edit),
    });
    this.#stopFollowing = documents.onDidChange((event) => this.#follow(event));
  }

  /** The places of the last edits, the surest first; none while the user is still at the edit. */
  async find(request: FindRequest): Promise<readonly Place[]> {
    if (!this.#dependencies.isEnabled()) return [];
    const { isAsked, isPaused = false } = request;
    if (!isAsked && (!this.#isReady || this.#answers.isSilent)) return [];
    await this.#ready;
    // A key is answered at once.
    if (!isAsked && !isPaused && this.#learning.isUnfinishedAt(request)) return [];
    await this.#accessKnown();
    this.#learning.learnDue();
    const isAtEdit = this.#learning.isUnfinishedAt(request);
    if (isAtEdit && !isAsked) {
      if (!isPaused || !this.#learning.learnIfFinished()) return [];
    } else this.#learning.learnRegion();
    this.#asking++;
    try {
      return (await this.#look()) ?? [];
    } finally {
      this.#asking--;
    }
  }

  /** Gives places an id under which the client may ask for them, accept or refuse them. */
  offer(places: readonly Place[]): Offer {
    return this.#offers.add(places);
  }

  /** Where the last edit was; `undefined` before the first one. */
  async lastEdit(): Promise<{ readonly uri: string; readonly line: number } | undefined> {
    await this.#accessKnown();
    this.#learning.learnDue();
    this.#learning.learnRegion();
    return this.#nextEdit.memory.last;
  }

  get(id: string): Offer | undefined {
    return this.#offers.get(id);
  }

  editsOf(offer: Offer, scope: Scope): Promise<readonly DocumentEdits[]> {
    return this.#offers.editsOf(offer, scope);
  }

  /** What was changed at the place, in the document as it was before. */
  writtenAt(place: Place): DocumentEdits | undefined {
    return this.#offers.writtenAt(place);
  }

  openEditsOf(uri: string, places: readonly Place[]): DocumentEdits | undefined {
    return this.#offers.openEditsOf(uri, places);
  }

  shown(id: string): void {
    const offer = this.#offers.get(id);
    if (offer !== undefined) this.#answers.shown(offer);
  }

  accepted(id: string): void {
    const offer = this.#offers.get(id);
    if (offer !== undefined) this.#answers.accepted(offer);
  }

  refuse(id: string): void {
    const offer = this.#offers.get(id);
    if (offer === undefined) return;
    this.#answers.refused(offer);
    this.#found = undefined;
  }

  /** Files have changed on the disk, or which of them may be read or edited; before the first call nothing is known. */
  sourcesChanged(): void {
    this.#isReady = true;
    this.#setReady();
    this.#found = undefined;
    this.#finder.filesChanged();
  }

  status(): NextEditStatus {
    const [best] = this.#lastPlaces;
    const { durations } = this.#finder;
    const at = (share: number): number =>
      Number((durations[Math.floor(durations.length * share)] ?? 0).toFixed(2));
    return {
      ...this.#answers.counts,
      rules: this.#nextEdit.memory.rules.length,
      lastEdit:
        best === undefined
          ? null
          : {
              kind: best.kind,
              places: this.#lastPlaces.length,
              p: Number(best.probability.toFixed(2)),
            },
      ms: { p50: at(0.5), p95: at(0.95) },
    };
  }

  get #nextEdit(): NextEdit {
    return this.#learning.nextEdit;
  }

  close(): void {
    this.#stopFollowing();
    this.#pause?.cancel();
    this.#changes++;
    this.#setReady();
  }

  /** Resolves when it is known whether what was edited may be learned from. */
  async #accessKnown(): Promise<void> {
    await this.#ready;
    for (const uri of this.#learning.unlearnedUris) await this.#dependencies.whenKnown(uri);
  }

  #follow(event: DocumentEvent): void {
    const { before, after, edits, uri } = event;
    this.#changes++;
    this.#found = undefined;
    if (before === undefined || after === undefined) {
      this.#learning.forget(uri);
      return;
    }
    if (edits.length === 0 || !this.#dependencies.isEnabled()) return;
    this.#lastKeyAt = this.#dependencies.clock.now();
    const applied = this.#offers.appliedBy(event);
    if (applied === undefined) this.#learning.follow(event, before);
    else {
      this.#learning.followApplied(applied.edits, before, after);
      this.accepted(applied.id);
    }
    this.#pause?.cancel();
    this.#pause = this.#dependencies.clock.setTimer(() => void this.#pauseEnded(), pauseMs);
  }

  async #pauseEnded(): Promise<void> {
    const changes = this.#changes;
    await this.#accessKnown();
    if (this.#changes !== changes) return;
    this.#learning.learnDue();
    if (this.#learning.learnIfFinished()) await this.#look();
  }

  #look(): Promise<readonly Place[] | undefined> {
    const changes = this.#changes;
    if (this.#found?.changes === changes) return this.#found.places;
    const uri = this.#nextEdit.memory.last?.uri;
    if (uri === undefined) return Promise.resolve([]);
    const isOver = (): boolean => this.#changes !== changes;
    const places = this.#finder.find(this.#nextEdit, uri, isOver).then((found) => {
      if (found !== undefined) this.#lastPlaces = found;
      return found;
    });
    this.#found = { changes, places };
    return places;
  }
}
