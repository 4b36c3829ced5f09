/** What may be done with a file, according to the disk's last answer. */
export interface FileAccess {
  /** Its text may be held in memory. Also true before the disk has answered, unless a pattern matches. */
  readonly mayHold: boolean;
  /** Its text may be sent in order to complete it. */
  readonly maySend: boolean;
  /** Its text may help in other files: the workspace model may learn from it and excerpts may be searched in it. */
  readonly mayLearn: boolean;
  /** An excerpt of it may now be sent in another file's prompt. */
  readonly mayQuote: boolean;
  /** The file can be written. Nothing is suggested where nothing can be typed. */
  readonly mayEdit: boolean;
}

export interface FileAccessRules {
  /** Answers at once, from the disk's last answer. Asking keeps that answer up to date in the background. */
  of(uri: string): FileAccess;
  /**
   * `undefined` if `of` is up to date. Otherwise a promise that resolves once it is; it resolves to false if the
   * disk does not answer in time.
   */
  whenKnown(uri: string): Promise<boolean> | undefined;
}

/** Allows everything, for use without rules. */
export const fullAccess: FileAccess = {
  mayHold: true,
  maySend: true,
  mayLearn: true,
  mayQuote: true,
  mayEdit: true,
};

export const noRules: FileAccessRules = { of: () => fullAccess, whenKnown: () => undefined };
