// VS Code's window in a headless browser, shared by the tests of one file: a page for each.
import { createRequire } from "node:module";
import type { VsCode } from "../acquire/vscode.ts";
import type { Rectangle } from "./screen.ts";

/** The part of playwright-core that is used; the package itself is in the cache, not among ours. */
export interface Page {
  goto(url: string, options: { readonly waitUntil: "domcontentloaded" }): Promise<unknown>;
  waitForSelector(selector: string, options: { readonly timeout: number }): Promise<unknown>;
  click(selector: string): Promise<void>;
  evaluate<T>(script: string): Promise<T>;
  screenshot(options: { readonly path: string; readonly clip: Rectangle }): Promise<unknown>;
  close(): Promise<void>;
  readonly keyboard: {
    press(key: string): Promise<void>;
    type(text: string): Promise<void>;
  };
}

interface Browser {
  newPage(options: {
    readonly viewport: { readonly width: number; readonly height: number };
  }): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: {
      readonly executablePath: string;
      readonly args: readonly string[];
    }): Promise<Browser>;
  };
}

let browser: Promise<Browser> | undefined;

export async function newPage({ modules, chromium }: VsCode): Promise<Page> {
  browser ??= launch(modules, chromium);
  return (await browser).newPage({ viewport: { width: 1100, height: 700 } });
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

function launch(modules: string, executablePath: string): Promise<Browser> {
  const playwright = createRequire(`${modules}/`)("playwright-core") as Playwright;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  return playwright.chromium.launch({ executablePath, args });
}
