/** What may be done with a file, by the last answer of the disk. */
export interface FileAccess {
  /** Its text may be held in memory. True also before the disk has answered, unless a pattern matches. */
  readonly mayHold: boolean;
  /** Its text may be sent, to be completed there. */
  readonly maySend: boolean;
  /** Its text may help in other files: the workspace model learns from it, excerpts of it are looked for. */
  readonly mayLearn: boolean;
  /** An excerpt of it may be sent now, in another file's prompt. */
  readonly mayQuote: boolean;
  /** It can be written. Nothing is suggested where nothing can be typed. */
  readonly mayEdit: boolean;
}

export interface FileAccessRules {
  /** At once, by what the disk has said last. Asking keeps it up to date in the background. */
  of(uri: string): FileAccess;
  /**
   * `undefined` if `of` is up to date. Otherwise resolves once it is: to false if the disk does not answer in time.
   */
  whenKnown(uri: string): Promise<boolean> | undefined;
}

/** Where there are no rules. */
export const fullAccess: FileAccess = {
  mayHold: true,
  maySend: true,
  mayLearn: true,
  mayQuote: true,
  mayEdit: true,
};

export const noRules: FileAccessRules = { of: () => fullAccess, whenKnown: () => undefined };
