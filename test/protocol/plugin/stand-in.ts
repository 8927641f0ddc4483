import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createExecutable, PROGRAMS } from "../../../scripts/release/executable.mjs";
import { decode } from "../../../src/protobuf/decode.ts";
import { encode } from "../../../src/protobuf/encode.ts";
import type { MessageInit } from "../../../src/protobuf/message-init.ts";
import {
  type ReadResourceRequest,
  type ReadResourceResponse,
  readResourceRequestTable,
  readResourceResponseTable,
} from "../../../src/protocol/generated/tfplugin6.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { IS_PACKAGED } from "../../harness/plugin-process.ts";
import type { ProviderClient } from "../../harness/provider-client.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The built program, set up again in a temporary folder, which is removed after the test or the test file. */
export interface ProgramCopy {
  readonly executable: string;
  /** A file of its dist folder. */
  dist(name: string): string;
}

/** Copies the executable and the named files of dist/. */
export function copyProgram(...files: readonly string[]): ProgramCopy {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "package.json"), "{}");
  const executable = join(folder, "bin/terraform-provider-kakaocloud");
  copyFileSync(join(root, "bin/terraform-provider-kakaocloud"), executable);
  chmodSync(executable, 0o755);
  const dist = (name: string): string => join(folder, "dist", name);
  for (const file of files) copyFileSync(join(root, "dist", file), dist(file));
  return { executable, dist };
}

/** The real first phase with a second phase that does what a test sets: see stand-in-program.ts. */
export async function buildStandIn(): Promise<string> {
  const program = copyProgram(...(IS_PACKAGED ? PROGRAMS : ["main.js"]));
  await build({
    entryPoints: [join(root, "test/protocol/plugin/stand-in-program.ts")],
    outfile: program.dist("provider.js"),
    bundle: true,
    platform: "node",
    format: "cjs",
    charset: "ascii",
    logLevel: "error",
  });
  if (IS_PACKAGED) writeFileSync(program.executable, await createExecutable(program.dist(".")));
  return program.executable;
}

/** Calls the stand-in's one RPC: its type name says what to do, the rest comes back. */
export async function callStandIn(
  client: ProviderClient,
  request: MessageInit<ReadResourceRequest>,
): Promise<ReadResourceResponse> {
  const bytes = encode(readResourceRequestTable, request);
  return decode(readResourceResponseTable, await client.callRaw("/tfplugin6.Provider/ReadResource", bytes));
}
