// An emulator in a process of its own, so that it does not share the benchmark's event loop, and its journal.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { PROVIDER_DIRECTORY } from "../../scripts/cli-config.mjs";
import { emulatorUrl } from "../../scripts/emulator-process.mjs";

const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The ID of a root volume: each image of a benchmark is created from one of its own. */
export const volumeId = (index) => `00000000-0000-4000-9000-${String(index).padStart(12, "0")}`;

/** Starts an emulator with these settings. */
export async function startCloud(settings, environment) {
  const flags = Object.entries(settings).map(([name, value]) => `--${kebab(name)}=${value}`);
  const child = spawn(
    process.execPath,
    [join(PROVIDER_DIRECTORY, "kakaocloud-emulator"), "--port", "0", "--exit-with-parent", ...flags],
    { env: environment, stdio: ["pipe", "pipe", "inherit"] },
  );
  const url = await emulatorUrl(child);
  const control = async (method, path, body) => {
    const response = await fetch(`${url}/_emu/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} returned ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.stdin.end();
      }),
    change: (settings) => control("PATCH", "settings", settings),
    forget: () => control("DELETE", "journal"),
    journal: async () => (await control("GET", "journal")).entries,
    /** Adds root volumes for so many images. */
    addVolumes: async (count) => {
      for (let index = 0; index < count; index += 1) {
        await control("POST", "volumes", { id: volumeId(index), is_root: true, is_bootable: true });
      }
    },
    images: async () => (await control("GET", "images")).images.filter(({ origin }) => origin === "created"),
    list: (count) => listOwnImages(url, count),
  };
}

/** All images of the caller's project, as the API returns them. */
async function listOwnImages(url, count) {
  const headers = { "content-type": "application/json" };
  const credential = { id: "bench", secret: "bench" };
  const issued = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      auth: { identity: { methods: ["application_credential"], application_credential: credential } },
    }),
  });
  headers["x-auth-token"] = issued.headers.get("x-subject-token");
  const images = [];
  while (images.length < count) {
    const query = `image_type=my&limit=1000&offset=${images.length}&sort_keys=created_at&sort_dirs=asc`;
    const page = await (await fetch(`${url}/api/v1/images?${query}`, { headers })).json();
    if (page.images.length === 0) throw new Error(`there are only ${images.length} images`);
    images.push(...page.images);
  }
  return images.slice(0, count);
}

/** What is in the journal of a run: requests by kind. */
export function countCalls(entries) {
  const polls = entries.filter(({ method, path }) => method === "GET" && /^\/api\/v1\/images/.test(path));
  return { calls: entries.length, reads: polls.length };
}

/**
 * For each image, how long after it was active in the cloud a poll returned that, in milliseconds. Whether a
 * poll was in time is decided when the emulator carries it out, which is after its latency.
 */
export function lagsBehindActive(entries, images, latencyMs) {
  const reads = entries.filter(({ method, path }) => method === "GET" && path.startsWith("/api/v1/images"));
  return images.map(({ id, timeline }) => {
    const activeAt = timeline.find(({ status }) => status === "active").atMs;
    const seen = reads
      .filter(({ path }) => path.endsWith("/images") || path.endsWith(id))
      .filter(({ atMs }) => atMs + latencyMs >= activeAt)
      .map(({ atMs, durationMs }) => atMs + durationMs - activeAt);
    return Math.min(...seen);
  });
}
