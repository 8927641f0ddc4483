import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBrowser, requireBrowser, useBrowser } from "../../harness/browser.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";

const ROOT_VOLUME = "00000000-0000-4000-8000-000000000001";
const STILL = { clock: "virtual", baseTime: "2025-03-04T05:06:07Z" } as const;
const PHONE = { width: 360, height: 740 };
/** WCAG 2.2, 1.4.3: for text of this size. */
const LEAST_CONTRAST = 4.5;

/** An image as any client makes it. */
async function makeImage(cloud: TestEmulator, name: string): Promise<string> {
  const json = { "content-type": "application/json" };
  const signedIn = await fetch(`${cloud.url}/identity/v3/auth/tokens`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: { id: "someone", secret: "something" },
        },
      },
    }),
  });
  const answer = await fetch(`${cloud.url}/api/v1/volumes/${ROOT_VOLUME}/image`, {
    method: "POST",
    headers: { ...json, "x-auth-token": signedIn.headers.get("x-subject-token") ?? "" },
    body: JSON.stringify({ image: { name, description: null } }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { image: { id: string } }).image.id;
}

/** Shared by the file: starting one takes longer than most of the tests. */
let browser: Browser | undefined;

beforeAll(async () => {
  if (findBrowser() !== null) browser = await useBrowser();
});

/** The page in a context of its own, with everything that went wrong in it and all that it requested. */
async function openPage(cloud: TestEmulator, options: BrowserContextOptions = {}) {
  const context = await browser?.newContext(options);
  if (context === undefined) throw new Error("no browser: call requireBrowser first");
  releaseLater(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${cloud.url}/_emu/`);
  await summary(page).filter({ hasText: "images" }).waitFor();
  return { page, complaints, requests };
}

const summary = (page: Page): Locator => page.getByRole("status");
const tableOf = (page: Page, title: string): Locator => page.getByRole("table", { name: title });
/** The row of an image; what it shows is read cell by cell. */
const imageRow = (page: Page, name: string): Locator =>
  tableOf(page, "Images")
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const status = (page: Page, name: string): Locator => imageRow(page, name).getByRole("cell").first();
const textOf = (locator: Locator) => () => locator.textContent();
const settled = { timeout: 10_000 };

describe("the emulator's status page", () => {
  beforeEach((context) => requireBrowser(context));

  it("shows an image moving from queued over saving to active while a client creates it", async () => {
    const cloud = await useEmulator({ settings: { queuedMs: 4_000, savingMs: 2_500 } });
    const { page, complaints, requests } = await openPage(cloud);
    await makeImage(cloud, "golden");
    for (const expected of ["queued", "saving", "active"]) {
      await expect.poll(textOf(status(page, "golden")), { ...settled, interval: 20 }).toBe(expected);
    }
    expect(await summary(page).textContent()).toBe("6 images (6 active)");
    expect(complaints).toEqual([]);
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.filter((url) => !url.startsWith(`${cloud.url}/_emu/`) && url !== "data:,")).toEqual([]);
    // The page changes nothing: its own requests are not in the journal.
    expect(cloud.journal().map(({ method }) => method)).toEqual(["POST", "POST"]);
  });

  it("moves the clock forward, and shows what comes next", async () => {
    const cloud = await useEmulator({ settings: { ...STILL, queuedMs: 5_000, savingMs: 20_000 } });
    await makeImage(cloud, "golden");
    const { page } = await openPage(cloud);
    await expect.poll(textOf(imageRow(page, "golden")), settled).toContain("saving in 5.0 s");
    await page.getByRole("button", { name: "Clock forward 10 s" }).click();
    await expect.poll(textOf(imageRow(page, "golden")), settled).toContain("active in 15.0 s");
    await expect.poll(textOf(page.locator("#clock")), settled).toContain("Clock: 2025-03-04 05:06:17 UTC");
    await page.getByRole("button", { name: "Clock forward 1 min" }).click();
    await expect.poll(textOf(status(page, "golden")), settled).toBe("active");
  });

  it("stands still while paused, and continues", async () => {
    const cloud = await useEmulator({ profile: "instant" });
    const { page, requests } = await openPage(cloud);
    const pause = page.getByRole("button", { name: "Pause refresh" });
    await pause.click();
    expect(await pause.getAttribute("aria-pressed")).toBe("true");
    await makeImage(cloud, "unseen");
    const before = requests.length;
    await page.waitForTimeout(2_500);
    expect(requests.length).toBeLessThanOrEqual(before + 1);
    expect(await imageRow(page, "unseen").count()).toBe(0);
    await pause.click();
    await expect.poll(() => imageRow(page, "unseen").count(), settled).toBe(1);
    expect(await pause.getAttribute("aria-pressed")).toBe("false");
  });

  it("shows only the selected images", async () => {
    const cloud = await useEmulator({ profile: "instant" });
    await makeImage(cloud, "mine");
    const { page } = await openPage(cloud);
    const rows = () => tableOf(page, "Images").getByRole("rowheader").allTextContents();
    await expect.poll(async () => (await rows()).length, settled).toBe(6);
    const origin = page.getByRole("combobox", { name: "Show" });
    await origin.selectOption({ label: "created through the API" });
    await expect.poll(rows, settled).toEqual(["mine"]);
    await origin.selectOption({ label: "seeded" });
    await expect.poll(async () => (await rows()).length, settled).toBe(5);
    expect(await rows()).not.toContain("mine");
  });

  it("shows fault rules with their hits, and the last requests with their responses", async () => {
    const cloud = await useEmulator({ profile: "instant" });
    cloud.addRule({
      id: "busy",
      match: { method: "GET", path: "/images$" },
      fault: { kind: "status", status: 503 },
      times: 2,
    });
    const { page } = await openPage(cloud);
    expect((await fetch(`${cloud.url}/api/v1/images`)).status).toBe(503);
    const rule = tableOf(page, "Fault rules").getByRole("row").nth(1);
    await expect
      .poll(() => rule.getByRole("cell").allTextContents(), settled)
      .toEqual(["busy", '{"method":"GET","path":"/images$"}', '{"kind":"status","status":503}', "1 of 2"]);
    const request = tableOf(page, "Last requests").getByRole("row").nth(1).getByRole("cell");
    await expect
      .poll(async () => (await request.allTextContents()).slice(2), settled)
      .toEqual(["GET /api/v1/images", "503", "busy"]);
    cloud.clearRules();
    await expect.poll(textOf(rule), settled).toBe("No fault rules.");
  });

  it.each([
    `<script>alert(1)</script>`,
    `<img src=x onerror="alert(1)">`,
    `"'><svg/onload=alert(1)>&lt;b&gt;`,
  ])("shows the name %s as text and runs none of it", async (name) => {
    const cloud = await useEmulator({ profile: "instant", settings: { nameRule: "none" } });
    cloud.addRule({ id: name, match: { imageName: name.slice(0, 5) }, fault: { kind: "latency", ms: 0 } });
    await makeImage(cloud, name);
    const { page, complaints, requests } = await openPage(cloud);
    await expect.poll(() => imageRow(page, name).count(), settled).toBe(1);
    expect(await tableOf(page, "Fault rules").getByRole("cell", { name, exact: true }).count()).toBe(1);
    expect(await page.locator("main img, main svg, main script, main b").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${cloud.url}/_emu/`) && url !== "data:,")).toEqual([]);
  });

  it("runs nothing even where text became markup", async () => {
    const cloud = await useEmulator();
    const { page, complaints } = await openPage(cloud);
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='document.title = 1'>")`,
    );
    await expect.poll(() => complaints.join(), settled).toContain("Content Security Policy");
    expect(await page.title()).toBe("KakaoCloud emulator");
  });

  it("keeps the selection while it refreshes, and says when the emulator does not respond", async () => {
    const cloud = await useEmulator({ profile: "instant" });
    const { page } = await openPage(cloud);
    const id = await makeImage(cloud, "golden");
    await imageRow(page, "golden").getByText(id).selectText();
    const refreshed = page.waitForResponse(/state/);
    await refreshed;
    await page.waitForResponse(/state/);
    expect(await page.evaluate("String(getSelection())")).toBe(id);
    await cloud.stop();
    await expect.poll(textOf(summary(page)), settled).toBe("The emulator does not respond.");
  });

  it("can be used by keyboard alone, and labels everything", async () => {
    const cloud = await useEmulator({ settings: STILL });
    const { page } = await openPage(cloud);
    const stops: string[] = [];
    for (let stop = 0; stop < 7; stop++) {
      await page.keyboard.press("Tab");
      const { name, outline } = await page.evaluate<{ name: string; outline: string }>(FOCUSED);
      stops.push(name);
      expect(outline, stops.at(-1)).toBe("solid");
    }
    expect(stops).toEqual([
      "Pause refresh",
      "Clock forward 10 s",
      "Clock forward 1 min",
      "Show",
      "Images",
      "Last requests",
      "Fault rules",
    ]);
    await page.locator("#pause").focus();
    await page.keyboard.press("Space");
    expect(await page.locator("#pause").getAttribute("aria-pressed")).toBe("true");

    expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["KakaoCloud emulator"]);
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual([
      "Images",
      "Last requests",
      "Fault rules",
    ]);
    expect(await page.getByRole("main").count()).toBe(1);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator("button:not([type=button]), select:not(#origin)").count()).toBe(0);
    expect(await page.locator("th:not([scope])").count()).toBe(0);
  });

  describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
    it.each([
      ["a phone", PHONE],
      ["a desk", { width: 1280, height: 900 }],
    ])("fits the width of %s, whatever is shown", async (_, viewport) => {
      const cloud = await useEmulator({ profile: "instant", settings: { nameRule: "none" } });
      cloud.addRule({
        match: { path: "/".padEnd(300, "x"), body: "word ".repeat(60) },
        fault: { kind: "latency", ms: 1 },
      });
      await makeImage(cloud, "n".repeat(250));
      const { page } = await openPage(cloud, { viewport, colorScheme });
      await expect.poll(() => imageRow(page, "n".repeat(250)).count(), settled).toBe(1);
      const tooWide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(tooWide).toBeLessThanOrEqual(0);
      for (const button of await page.getByRole("button").all()) {
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(24);
      }
    });

    it("has text with enough contrast", async () => {
      const cloud = await useEmulator({ settings: STILL });
      cloud.addRule({ id: "r", fault: { kind: "latency", ms: 1 } });
      await makeImage(cloud, "waiting");
      cloud.seedImage({ id: "33333333-3333-4333-8333-333333333333", name: "broken", status: "killed" });
      cloud.seedImage({ id: "44444444-4444-4444-8444-444444444444", name: "resting", status: "deactivated" });
      const { page } = await openPage(cloud, { colorScheme });
      await page.getByRole("button", { name: "Pause refresh" }).click();
      const texts = await page.evaluate<readonly ColouredText[]>(TEXT_COLOURS);
      const shown = texts.map(({ text }) => text);
      for (const expected of ["queued", "active", "killed", "deactivated", "202", "Pause refresh"]) {
        expect(shown).toContain(expected);
      }
      const faint = texts.filter(({ colour, ground }) => contrast(colour, ground) < LEAST_CONTRAST);
      expect(faint).toEqual([]);
      expect(luminance(texts[0]?.ground ?? [])).toSatisfy((value: number) =>
        colorScheme === "dark" ? value < 0.1 : value > 0.8,
      );
    });
  });
});

/** Runs in the page: what has the focus, and how that is shown. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  const title = document.getElementById(element.getAttribute("aria-labelledby"));
  const name = (title ?? element.labels?.[0] ?? element).textContent;
  return { name, outline: getComputedStyle(element).outlineStyle };
})()`;

interface ColouredText {
  readonly text: string;
  /** Red, green, blue. */
  readonly colour: readonly number[];
  /** The same of what is behind it. */
  readonly ground: readonly number[];
}

/** Runs in the page: each text with its colour and the first colour behind it. */
const TEXT_COLOURS = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const found = [];
  for (const element of document.querySelectorAll("body *:not(script, option)")) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent).join("").trim();
    if (text === "") continue;
    let ground = [0, 0, 0, 0];
    for (let behind = element; behind !== null && ground[3] === 0; behind = behind.parentElement) {
      ground = numbers(getComputedStyle(behind).backgroundColor);
    }
    found.push({ text, colour: numbers(getComputedStyle(element).color).slice(0, 3), ground: ground.slice(0, 3) });
  }
  return found;
})()`;

/** Relative luminance as WCAG defines it. */
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
