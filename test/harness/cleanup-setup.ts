// Run by Vitest before each test file: at the end of the file, releases what was not released at the end of a test.
import { afterAll } from "vitest";
import { releasePending } from "./cleanup.ts";

afterAll(releasePending);
