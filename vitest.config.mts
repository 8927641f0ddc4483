import { defineConfig } from "vitest/config";
import { BUNDLED_GLIBC, HOST_EXECUTABLE } from "./scripts/release/host-executable.mjs";
import { SkippedReporter } from "./test/harness/skipped-reporter.mts";
import { SlowestFirst } from "./test/harness/slowest-first.mts";

/** One project per kind of test, so that each can be run alone: `npx vitest run --project unit`. */
const project = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: "test/harness/cleanup-setup.ts",
    // Importing everything anew for each file took a third of the suite's processor time.
    isolate: false,
    // Starting a process takes long beside busy cores.
    hookTimeout: 60_000,
    testTimeout: 60_000,
    // Without it, Vitest takes every .css for empty, also the emulator's.
    css: true,
    ...options,
  },
});

/** About the executable of a release, not about what runs on Node. */
const packaged = {
  globalSetup: "test/harness/package-provider.ts",
  env: { PACKAGED_PROVIDER: HOST_EXECUTABLE },
};

/**
 * What it does over the wire, as a process of Terraform's. The other tests of test/protocol are about the harness and about the
 * fixture provider, which is a program of its own.
 */
const executable = {
  include: [
    "test/protocol/plugin/**/*.test.ts",
    "test/protocol/conformance/{configure,image,image-list,schema}.test.ts",
  ],
  // It runs the program on Node, where the platform can be told to be another one.
  exclude: ["test/protocol/plugin/windows.test.ts"],
};

/** The executable as it runs on systems without glibc, such as Alpine: with the one that a release for Linux brings. */
const bundledGlibc = {
  globalSetup: "test/harness/package-bundled-glibc.ts",
  env: { PACKAGED_PROVIDER: BUNDLED_GLIBC },
};

export default defineConfig({
  test: {
    // Most tests wait: for a provider process, a CLI, or an emulated cloud.
    maxWorkers: 8,
    sequence: { sequencer: SlowestFirst },
    reporters: ["default", new SkippedReporter()],
    projects: [
      project("unit"),
      project("protocol"),
      project("executable", { ...packaged, ...executable }),
      ...(process.platform === "linux" ? [project("bundled-glibc", { ...bundledGlibc, ...executable })] : []),
      project("property", { testTimeout: 300_000 }),
      project("acceptance", { ...packaged, testTimeout: 180_000 }),
    ],
  },
});
