/**
 * Requests token probabilities until a server refuses the field. The refused request is sent again without it, so
 * no suggestion is lost, and the server is not asked for them again.
 */
import { ProviderError } from "../provider.ts";

/** Calls `send` with the fields that ask for probabilities, or with none. */
export type AskProbabilities = <Response>(
  isWanted: boolean,
  send: (fields: object) => Promise<Response>,
) => Promise<Response>;

export function createAskProbabilities(fields: object): AskProbabilities {
  let state: "unknown" | "accepted" | "refused" = "unknown";
  return async (isWanted, send) => {
    if (!isWanted || state === "refused") return send({});
    try {
      const response = await send(fields);
      state = "accepted";
      return response;
    } catch (error) {
      if (state === "accepted" || !mayRefuseField(error)) throw error;
      const response = await send({});
      state = "refused";
      return response;
    }
  };
}

/** A server that knows the field but cannot provide it may answer 500 and name the field. */
function mayRefuseField(error: unknown): boolean {
  if (!(error instanceof ProviderError) || error.isPromptTooLong === true) return false;
  if (error.status === 400 || error.status === 422) return true;
  return error.status !== undefined && /logprob|n_probs/i.test(error.message);
}
