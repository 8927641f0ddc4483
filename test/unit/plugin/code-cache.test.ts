import { describe, expect, it } from "vitest";
import { openCodeCache, sealCodeCache } from "../../../src/plugin/startup/code-cache.ts";

const source = Buffer.from("console.log(1)");
const data = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

describe("the code cache's envelope", () => {
  it("gives back what was sealed for the same source", () => {
    expect(openCodeCache(source, sealCodeCache(source, data))).toEqual(data);
  });

  it("gives nothing for another source of the same length", () => {
    expect(openCodeCache(Buffer.from("console.log(2)"), sealCodeCache(source, data))).toBeUndefined();
  });

  it("gives nothing when any byte is wrong, missing or added", () => {
    const sealed = sealCodeCache(source, data);
    for (let position = 0; position < sealed.length; position++) {
      const damaged = Buffer.from(sealed);
      damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
      expect(openCodeCache(source, damaged)).toBeUndefined();
    }
    for (const length of [0, 1, 127, 128, sealed.length - 1]) {
      expect(openCodeCache(source, sealed.subarray(0, length))).toBeUndefined();
    }
    expect(openCodeCache(source, Buffer.concat([sealed, Buffer.of(0)]))).toBeUndefined();
  });
});
