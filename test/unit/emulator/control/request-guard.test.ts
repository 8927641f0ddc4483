import { request } from "node:http";
import { describe, expect, it } from "vitest";
import type { Emulator } from "../../../../src/emulator/emulator.ts";
import { send, start } from "../support.ts";

/** The status of a POST with a body and these headers; fetch would set Host and Origin itself. */
function post(emulator: Emulator, headers: Record<string, string>, path = "/_emu/clock"): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers: { "Content-Type": "application/json", ...headers } };
    const sent = request(emulator.url + path, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject).end('{ "advance_ms": 1 }');
  });
}

describe("the control API refuses web pages", () => {
  it.each([
    ["127.0.0.1:8080", 200],
    ["[::1]:8080", 200],
    ["192.168.7.4", 200],
    ["localhost:1", 200],
    ["kakaocloud:8080", 200],
    ["host.docker.internal:8080", 200],
    ["evil.example:8080", 403],
    ["127.0.0.1.evil.example", 403],
    ["evil.example#.local", 403],
  ])("host %s: %i", async (Host, status) => {
    expect(await post(await start(), { Host })).toBe(status);
  });

  it("setting allowedHosts allows more hosts", async () => {
    const emulator = await start({ allowedHosts: "emulator.example, other.example" });
    expect(await post(emulator, { Host: "other.example:8080" })).toBe(200);
    expect(await post(emulator, { Host: "evil.example" })).toBe(403);
  });

  it("a page of another site gets 403, the status page itself 200", async () => {
    const emulator = await start();
    expect(await post(emulator, { Origin: "http://evil.example" })).toBe(403);
    expect(await post(emulator, { Origin: "null" })).toBe(403);
    expect(await post(emulator, { Origin: "http://localhost:1" }, "/_emu/reset")).toBe(403);
    expect(await post(emulator, { Origin: emulator.url })).toBe(200);
  });

  it.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=application/json", 415],
    ["application/jsonp", 415],
    ["application/json; charset=utf-8", 200],
  ])("a body of the type %s: %i", async (type, status) => {
    expect(await post(await start(), { "Content-Type": type })).toBe(status);
  });

  it("a body that is too large: 413", async () => {
    const emulator = await start();
    const reply = await send(`${emulator.url}/_emu/clock`, { method: "POST", body: "x".repeat(2 ** 20 + 1) });
    expect(reply).toMatchObject({ status: 413, json: { error: "The body is too large." } });
  });
});

describe("the path /", () => {
  it("leads a browser to the status page, and is not recorded", async () => {
    const emulator = await start();
    const reply = await send(`${emulator.url}/`);
    expect([reply.status, reply.headers.get("location")]).toEqual([302, "/_emu/"]);
    expect(emulator.journal()).toEqual([]);
  });
});
