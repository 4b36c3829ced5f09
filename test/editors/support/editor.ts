// What a driver has to say about its editor, and what a scenario can do with it.
import type { Screen } from "./screen.ts";
import type { Workspace } from "./workspace.ts";

export interface Place {
  /** The file's path. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in code points. */
  readonly column: number;
  /** 0-based, in UTF-16 units: as the protocol counts. */
  readonly character: number;
  readonly isAtLineEnd: boolean;
}

/** What the editor makes of a suggestion of several lines. */
export type MultiLine = "whole" | "first line";

export interface EditorDriver {
  readonly name: string;
  /** The file of test/fixtures/clients with what it says at `initialize`. */
  readonly fixture: string;
  readonly shows: "ghost text" | "menu";
  readonly multiLine: MultiLine;
  /** Another server's items can be shown beside ours. */
  readonly hasOtherServers: boolean;
  /** After a key it shows nothing, or something stale, until a request for that key is answered. */
  readonly asksForEachKey?: boolean;
  /** Puts the configuration in place and starts the editor, with the cursor at `place` if it can. */
  open(workspace: Workspace, place: Place): Promise<Screen>;
  /** From the started editor to one that takes text at the cursor. */
  startTyping(screen: Screen, place: Place): Promise<void>;
  /** Asks for suggestions by key, where the editor does not by itself. */
  ask?(screen: Screen): Promise<void>;
  /** The key for the same, where the editor does ask by itself, but not after every key. */
  invoke?(screen: Screen): Promise<void>;
  /** Asks for the other server's items by key, where the editor does not by itself. */
  askForMenu?(screen: Screen): Promise<void>;
  /** Closes another server's menu, where the editor asks for nothing new while it is open. */
  closeMenu?(screen: Screen): Promise<void>;
  /** Accepts what is shown first. */
  accept(screen: Screen): Promise<void>;
  /** Starts a server that died again, where the editor does not by itself. */
  restart?(screen: Screen): Promise<void>;
  /** Switches the suggestions on or off and goes on typing, where the editor can run a command. */
  toggle?(screen: Screen, place: Place): Promise<void>;
  save(screen: Screen): Promise<void>;
  quit(screen: Screen): Promise<void>;
}
