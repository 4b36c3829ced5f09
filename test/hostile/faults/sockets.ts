/** The open sockets of a server, which never throw: their errors only end them. */
import type { Socket } from "node:net";

export class OpenSockets {
  readonly #sockets = new Set<Socket>();
  #whenEmpty: (() => void)[] = [];

  get size(): number {
    return this.#sockets.size;
  }

  /** Those that are open now. */
  get all(): ReadonlySet<Socket> {
    return new Set(this.#sockets);
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
    });
  }

  allClosed(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
