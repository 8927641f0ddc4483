// The whole story on this machine: a real Terraform (or OpenTofu) CLI, this build of the provider, and the emulator in the
// place of KakaoCloud. Shows each command and what it printed, and leaves nothing behind, however it ends.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCli, PROVIDER_DIRECTORY, ROOT, SOURCE_ADDRESS, writeCliConfig } from "./cli-config.mjs";
import { emulatorUrl } from "./emulator-process.mjs";

const IMPORTED_ADDRESS = "kakaocloud_image.elsewhere";
const VOLUME_ID = "00000000-0000-4000-8000-000000000001";
const PROVIDER = join(PROVIDER_DIRECTORY, "terraform-provider-kakaocloud");
const LOG_FILE = "provider.log";
const PLAN_FILE = "demo.tfplan";
const SHARE = `
resource "kakaocloud_image_member" "golden" {
  id                = kakaocloud_image.golden.id
  shared_member_ids = ["0b1c2d3e4f5061728394a5b6c7d8e9f0"]
}
`;
const IMPORTED = `
resource "kakaocloud_image" "elsewhere" {
  name = "made-in-console"
}
`;
const NEXT_STEPS = `
Next steps:
  make dev        use this build with the real KakaoCloud
  make emulator   a KakaoCloud on this machine, with a page that shows images moving through their states
  examples/       configurations to copy, one of them beside the official provider
  docs/           the pages of each resource and data source, and guides`;

const workspace = mkdtempSync(join(tmpdir(), "kakaocloud-demo-"));
const children = new Set();
let interrupted = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // The CLI gets a terminal's Ctrl-C itself and winds up; a second one, or another signal, ends it the hard way.
  process.on(signal, () => {
    if (interrupted || signal !== "SIGINT") for (const child of children) child.kill("SIGKILL");
    interrupted = true;
  });
}

try {
  const emulator = await startEmulator();
  const cli = findCli();
  if (cli === null) {
    say(
      "There is no terraform and no tofu on the PATH. The same story, driven over the provider's own protocol:",
    );
    const elsewhere = await emulator.makeImage("made-in-console");
    const driver = join(workspace, "story.mjs");
    // Late: whoever has a CLI needs no esbuild.
    const { bundleHarness } = await import("./bundle-harness.mjs");
    await bundleHarness("test/harness/story/main.ts", driver);
    await run(process.execPath, [driver, PROVIDER, emulator.url, VOLUME_ID, elsewhere], { title: "driver" });
  } else {
    await tellStory(cli, emulator);
  }
  if (!interrupted) {
    await showLeftovers(emulator);
    console.log(NEXT_STEPS);
  }
} catch (error) {
  process.exitCode = 1;
  if (!interrupted) console.error(`\ndemo: ${error.message}`);
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(workspace, { recursive: true, force: true });
  if (interrupted) {
    process.exitCode = 130;
    console.error("\ndemo: interrupted; everything that was started and written has been removed");
  }
}

async function tellStory(cli, emulator) {
  /** @type {NodeJS.ProcessEnv} */
  const environment = {
    ...process.env,
    // Installed from a mirror, as a release is: dev_overrides would warn in every command.
    TF_CLI_CONFIG_FILE: writeCliConfig(workspace, { devOverrides: false, offline: true }),
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // The provider's own words about a long wait; TF_LOG_PROVIDER=INFO shows them to any user.
    TF_LOG_PROVIDER: "INFO",
    TF_LOG_PATH: join(workspace, LOG_FILE),
  };
  delete environment.TF_LOG;
  const terraform = (...args) =>
    run(cli, args, { cwd: workspace, env: environment, title: cli.split("/").pop() });

  const golden = image("golden", { name: "golden-web", description: "created by Terraform" });
  const renamed = image("golden", { name: "golden-web-v2", description: "renamed by Terraform" });

  say("1. Create an image from the root volume of an instance");
  writeConfiguration(emulator, golden);
  await terraform("init", "-no-color");
  // The plan is shown once, and the same plan is applied.
  await terraform("plan", "-no-color", `-out=${PLAN_FILE}`);
  await terraform("apply", "-no-color", PLAN_FILE);
  await terraform("plan", "-no-color", "-detailed-exitcode");

  say("2. Rename it in place");
  writeConfiguration(emulator, renamed);
  await terraform("apply", "-no-color", "-auto-approve");

  say("3. Share it, and create another image over a connection that breaks after the request was sent");
  await emulator.breakNextCreate();
  const survivor = image("survivor", { name: "golden-db", description: "created once" });
  writeConfiguration(emulator, renamed, SHARE, survivor);
  await terraform("apply", "-no-color", "-auto-approve");
  console.log(
    "\nThe provider found the image that KakaoCloud had created: it exists once, and is in the state.",
  );

  say("4. Import an image that somebody created in the console (creating it there takes 5 s)");
  const id = await emulator.makeImage("made-in-console");
  writeConfiguration(emulator, renamed, SHARE, survivor, IMPORTED);
  await terraform("import", "-no-color", IMPORTED_ADDRESS, id);
  await terraform("plan", "-no-color", "-detailed-exitcode");

  say("5. Destroy everything");
  await terraform("destroy", "-no-color", "-auto-approve");
}

function image(label, { name, description }) {
  return `
resource "kakaocloud_image" "${label}" {
  name        = "${name}"
  description = "${description}"
  volume_id   = "${VOLUME_ID}"
  timeouts    = { create = "10m" }
}
`;
}

function writeConfiguration({ url }, ...blocks) {
  writeFileSync(
    join(workspace, "main.tf"),
    `terraform {
  required_providers {
    kakaocloud = { source = "${SOURCE_ADDRESS}" }
  }
}

provider "kakaocloud" {
  application_credential_id     = "demo"
  application_credential_secret = "demo-secret"
  endpoint_overrides = {
    iam    = "${url}"
    config = "${url}"
  }
}
${blocks.join("")}`,
  );
}

/** Starts the emulator with an image clock slow enough to be watched. */
async function startEmulator() {
  const child = start(process.execPath, [
    join(ROOT, "bin/kakaocloud-emulator"),
    ...["--port", "0", "--queued-ms", "1500", "--saving-ms", "3000", "--exit-with-parent"],
  ]);
  const url = await emulatorUrl(child);
  /** @type {(method: string, path: string, body?: object) => Promise<any>} */
  const request = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-auth-token": await token() },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}`);
    return response.json();
  };
  let issued;
  const token = async () => {
    issued ??= (
      await fetch(`${url}/identity/v3/auth/tokens`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          auth: {
            identity: {
              methods: ["application_credential"],
              application_credential: { id: "demo", secret: "demo-secret" },
            },
          },
        }),
      })
    ).headers.get("x-subject-token");
    return issued;
  };
  return {
    url,
    /** Makes an image as somebody else would, over the API, and waits until it is active. */
    async makeImage(name) {
      const { image } = await request("POST", `/api/v1/volumes/${VOLUME_ID}/image`, {
        image: { name, description: "-" },
      });
      for (;;) {
        const { image: seen } = await request("GET", `/api/v1/images/${image.id}`);
        if (seen.status === "active") return image.id;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    /** The next request that creates an image takes effect, but its response is lost. */
    breakNextCreate: () =>
      request("POST", "/_emu/rules", {
        match: { method: "POST", path: "/image$", nth: 1 },
        fault: { kind: "reset-after" },
      }),
    listOwnImages: async () => (await request("GET", "/api/v1/images?image_type=my&limit=100")).images,
  };
}

async function showLeftovers(emulator) {
  const images = await emulator.listOwnImages();
  say(`Left in the emulator: ${images.length === 0 ? "nothing" : images.map(({ name }) => name).join(", ")}`);
  if (images.length > 0) throw new Error("the story should have ended with nothing left");
}

function start(command, args, options = {}) {
  // The emulator's standard input stays open for as long as this process lives; see --exit-with-parent.
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/**
 * Runs one command of the story to its end. Throws when it fails or the user interrupted.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, title: string | undefined }} options
 */
async function run(command, args, { cwd, env, title }) {
  if (interrupted) throw new Error("interrupted");
  if (cwd) console.log(`\n$ ${title} ${args.join(" ")}`);
  const log = followLog();
  const child = start(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise((resolve, reject) => {
    child.once("exit", (exitCode, signal) => resolve(exitCode ?? signal));
    child.once("error", reject);
  });
  log.stop();
  if (interrupted) throw new Error("interrupted");
  if (code !== 0) throw new Error(`${title} ${args[0]} ended with ${code}`);
}

/** Prints what the provider writes to its log, as it comes. */
function followLog() {
  const path = join(workspace, LOG_FILE);
  let shown = existsSync(path) ? readFileSync(path, "utf8").length : 0;
  const show = () => {
    if (!existsSync(path)) return;
    const text = readFileSync(path, "utf8");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(shown, Math.max(shown, end)).split("\n")) {
      const own = /\[INFO\]\s+provider\.terraform-provider-kakaocloud: ([^:]*)/.exec(line);
      if (own) console.log(`    provider: ${own[1]}`);
    }
    shown = Math.max(shown, end);
  };
  const timer = setInterval(show, 100);
  return {
    stop() {
      clearInterval(timer);
      show();
    },
  };
}

function say(text) {
  console.log(`\n== ${text}`);
}
