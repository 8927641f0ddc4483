import { defineConfig } from "vitest/config";

/** One project per kind of test, so that each can be run alone: `npx vitest run --project unit`. */
const project = (name: string, options: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

export default defineConfig({
  test: {
    projects: [
      project("unit"),
      project("protocol", { testTimeout: 30_000 }),
      project("property", { testTimeout: 300_000 }),
      project("acceptance", { testTimeout: 180_000 }),
    ],
  },
});
