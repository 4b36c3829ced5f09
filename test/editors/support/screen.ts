// What a person has of an editor: keys to press and something to look at.
import { waitFor } from "./wait.ts";

/** In pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Screen {
  /** What is on the screen, one line each, without trailing blanks. */
  read(): Promise<string>;
  /** Named keys, as the editor's driver knows them. */
  keys(...names: string[]): Promise<void>;
  /** Text, quickly. */
  type(text: string): Promise<void>;
  /** Waits until the text or pattern is on the screen. */
  see(wanted: string | RegExp): Promise<void>;
  /** Writes what is on the screen as a PNG, where the screen has pixels. */
  capture?(path: string, part: Rectangle): Promise<void>;
  /** Waits until it is not. */
  seeNo(unwanted: string | RegExp): Promise<void>;
  /** What could be read last, also after the end. */
  lastRead(): string;
  isRunning(): Promise<boolean>;
  close(): Promise<void>;
}

/** `see` and `seeNo` of a screen that can be read. */
export function watching(read: () => Promise<string>): Pick<Screen, "see" | "seeNo"> {
  const isSeen = async (wanted: string | RegExp) => {
    const text = await read();
    return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
  };
  return {
    async see(wanted) {
      await waitFor(`${wanted} on the screen`, () => isSeen(wanted));
    },
    async seeNo(unwanted) {
      await waitFor(`no ${unwanted} on the screen`, async () => !(await isSeen(unwanted)));
    },
  };
}
