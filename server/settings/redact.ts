/** The second defense of invariant 7: everything that is logged or shown passes through here. */
export interface Redactor {
  /** From now on `secret` is replaced everywhere. */
  add(secret: string): void;
  redact(text: string): string;
}

const mark = "[redacted]";

/** A shorter text occurs by chance, and replacing it would only garble the log. */
const shortestSecret = 6;

export function createRedactor(): Redactor {
  // Longest first, so that a secret that starts with another secret is replaced whole.
  let secrets: readonly string[] = [];
  return {
    add(secret) {
      const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
      const added = forms.filter((form) => form.length >= shortestSecret);
      secrets = [...new Set([...secrets, ...added])].toSorted((a, b) => b.length - a.length);
    },
    redact(text) {
      let clean = text;
      for (const secret of secrets) clean = clean.replaceAll(secret, mark);
      return clean
        .replaceAll(/\bBearer\s+[^\s"',]+/gi, `Bearer ${mark}`)
        .replaceAll(/(\/\/)[^\s/@:]*:[^\s/@]+@/g, `$1${mark}@`);
    },
  };
}
