/** The trusted certificates if the user names a file with additional ones. */
import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";

import { codeOf } from "./network-error.ts";
import { ProviderError } from "../provider.ts";

/**
 * The built-in roots, the file of `NODE_EXTRA_CA_CERTS`, and `caFile`. `undefined` without `caFile`: Node's default
 * is then the same. TLS uses the list in place of its own roots, so the list must contain them.
 */
export async function trustedCertificates(
  caFile: string | undefined,
  extraFile: string | undefined,
): Promise<string[] | undefined> {
  if (caFile === undefined) return undefined;
  const extra = extraFile === undefined ? [] : [await readCertificates(extraFile, extraFile)];
  return [...rootCertificates, ...extra, await readCertificates(caFile, "provider.caFile")];
}

async function readCertificates(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ProviderError(
      {
        kind: "rejected",
        isRetryable: false,
        remedy: "Check the certificate files",
        message: `The certificates of ${name} cannot be read: ${path} (${codeOf(error)}).`,
      },
      error,
    );
  }
}
