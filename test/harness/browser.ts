import { type Browser, chromium } from "playwright-core";
import { findOnPath } from "../../scripts/cli-config.mjs";
import { releaseLater } from "./cleanup.ts";
import { requireOrSkip, type Skippable } from "./requirements.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/** A browser that shows one page of this machine: it sends no request elsewhere, and needs no graphics card. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser to test with: what CHROMIUM names, else the first Chromium or Chrome on the PATH; null where there is none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  return env.CHROMIUM || findOnPath(NAMES, env);
}

/** Skips a test in a browser where there is none. Usable as `beforeEach(requireBrowser)`. */
export function requireBrowser(context: Skippable): void {
  requireOrSkip(context, "browser", findBrowser() !== null, "no browser");
}

/** Starts a headless browser that ends with the test, or the test file, that started it. Call requireBrowser first. */
export async function useBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("no browser: call requireBrowser first");
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
  releaseLater(() => browser.close());
  return browser;
}
