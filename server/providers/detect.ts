/**
 * Looks for a model server on this machine. The requests contain no document text. All ports are asked at once; a
 * server that does not answer in time counts as absent.
 */
import * as z from "zod/mini";

import { templateFor } from "../engine/prompt/templates.ts";
import { createApiClient } from "./http/api-client.ts";
import type { ProviderName } from "./index.ts";
import type { ProviderDependencies } from "./options.ts";

export interface LocalServer {
  readonly name: ProviderName;
  readonly endpoint: string;
}

/**
 * The usual ports, best first: llama.cpp as its editor plugins start it, llama.cpp's own default, Ollama, LM
 * Studio.
 */
export const usualServers: readonly LocalServer[] = [
  { name: "llama-cpp", endpoint: "http://127.0.0.1:8012" },
  { name: "llama-cpp", endpoint: "http://127.0.0.1:8080" },
  { name: "ollama", endpoint: "http://127.0.0.1:11434" },
  { name: "openai", endpoint: "http://127.0.0.1:1234/v1" },
];

const labels: Partial<Record<ProviderName, string>> = {
  "llama-cpp": "llama.cpp",
  ollama: "Ollama",
};

/** The program behind a port, for people. */
export function serverLabel(name: ProviderName): string {
  return labels[name] ?? "A model server";
}

const timeoutMs = 300;

const propsSchema = z.object({ default_generation_settings: z.object({ n_ctx: z.number() }) });
const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) });
const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Those of `servers` that answer and, as far as they report it, have a model that can fill in the middle. */
export async function findLocalServers(
  servers: readonly LocalServer[],
  dependencies: Omit<ProviderDependencies, "apiKey">,
  signal: AbortSignal,
): Promise<readonly LocalServer[]> {
  const answers = await Promise.all(servers.map((server) => isThere(server, dependencies, signal)));
  return servers.filter((_server, index) => answers[index] === true);
}

async function isThere(
  { name, endpoint }: LocalServer,
  dependencies: Omit<ProviderDependencies, "apiKey">,
  signal: AbortSignal,
): Promise<boolean> {
  const times = { firstByteTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs };
  let isLoading = false;
  const client = createApiClient({
    endpoint: { endpoint, ...times, allowsInsecure: false },
    dependencies,
    onRefusal(status, { code }) {
      isLoading = status === 503 && code === "unavailable_error";
    },
  });
  const ask = (path: string): Promise<unknown> => client.get(path, { signal, isPatient: false });
  try {
    if (name === "llama-cpp") return propsSchema.safeParse(await ask("/props")).success;
    if (name === "ollama") {
      const { data } = tagsSchema.safeParse(await ask("/api/tags"));
      return knowsFim(data?.models.map((model) => model.name));
    }
    return knowsFim(modelsSchema.safeParse(await ask("/models")).data?.data.map(({ id }) => id));
  } catch {
    // Nothing listens there, or another program does. Only llama.cpp reports that it is loading, so it is there.
    return isLoading && name === "llama-cpp";
  } finally {
    void client.close();
  }
}

function knowsFim(models: readonly string[] = []): boolean {
  return models.some((model) => templateFor(model) !== undefined);
}
