import { describe, expect, it } from "vitest";
import { createPrivateState } from "../../../src/framework/private-state.ts";

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

describe("private state", () => {
  it("goes back byte for byte when nothing changes, whatever it is", () => {
    for (const bytes of [
      bytesOf({ a: encoded(1), ".internal": encoded(true) }),
      Buffer.from(" {} "),
      Buffer.from("\u0000nonsense"),
      Buffer.alloc(0),
    ]) {
      const state = createPrivateState(bytes);
      state.get("a");
      state.remove("not there");
      expect(state.toBytes()).toBe(bytes);
    }
  });

  it("reads and writes what a provider in Go wrote, and carries unknown keys along", () => {
    const state = createPrivateState(
      bytesOf({ ours: encoded({ since: "2024" }), ".import_before_read": encoded(true) }),
    );
    expect(state.get("ours")).toEqual({ since: "2024" });
    state.set("more", [1, "b"]);
    state.remove("ours");
    const written = JSON.parse(Buffer.from(state.toBytes()).toString());
    expect(written).toEqual({ ".import_before_read": encoded(true), more: encoded([1, "b"]) });
    expect(createPrivateState(state.toBytes()).get("more")).toEqual([1, "b"]);
  });

  it("is empty when the last key goes", () => {
    const state = createPrivateState(bytesOf({ only: encoded(1) }));
    state.remove("only");
    expect(state.toBytes()).toHaveLength(0);
  });

  it("drops what is not an object on the first change, and ignores it before", () => {
    for (const foreign of ["[1]", "5", "null", "{broken"]) {
      const state = createPrivateState(Buffer.from(foreign));
      expect(state.get("length")).toBeUndefined();
      state.set("a", 1);
      expect(JSON.parse(Buffer.from(state.toBytes()).toString())).toEqual({ a: encoded(1) });
    }
  });
});
