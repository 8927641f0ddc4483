import { describe, expect, it } from "vitest";
import { maskBody } from "../../../../src/emulator/control/masking.ts";
import { credentials, send, start } from "../support.ts";

const SECRET = "hunter2hunter2";
const TOKENS = "/identity/v3/auth/tokens";
const written = JSON.stringify(credentials("someone", SECRET));

describe("the journal shows no secret", () => {
  it.each([
    ["JSON", written],
    ["JSON with an escaped name", written.replace('"secret"', '"s\\u0065cret"')],
    ["JSON with the name in capitals", written.replace('"secret"', '"Client_SECRET"')],
    ["JSON with a secret in a list", JSON.stringify({ secret: [SECRET] })],
    ["JSON inside of JSON", JSON.stringify({ body: written })],
    ["JSON inside of JSON inside of JSON", JSON.stringify({ body: JSON.stringify({ body: written }) })],
    ["a form inside of JSON", JSON.stringify({ body: `id=someone&my_passwords = '${SECRET}'` })],
    ["JSON that ends too early", written.slice(0, written.indexOf(SECRET) + SECRET.length)],
    ["broken JSON with an escaped name", `{"s\\u0065cret":"${SECRET}"`],
    ["JSON that is nested too deeply", `${"[".repeat(20_000)}{"secret":"${SECRET}"}`],
    ["JSON after a byte order mark", `\ufeff${written}`],
    ["a form", `id=someone&secret=${SECRET}`],
    ["a form with an escaped name", `s%65cret=${SECRET}`],
    ["UTF-16", Buffer.from(written, "utf16le").toString("latin1")],
    ["a password", `password: ${SECRET}`],
  ])("%s", async (_form, body) => {
    const emulator = await start();
    await send(emulator.url + TOKENS, { method: "POST", body });
    const journal = (await send(`${emulator.url}/_emu/journal`)).text;
    expect(JSON.parse(journal).entries).toHaveLength(1);
    expect(journal.replaceAll("\\u0000", "")).not.toContain(SECRET);
  });

  it("and looks for one in time linear in a body's length", () => {
    // Where the time is quadratic, these take minutes.
    for (let count = 0; count < 90; count += 1) {
      for (const part of ["passw", "secret ", "passw\\\"' "]) {
        const body = { description: part.repeat(50_000 / part.length) };
        expect(maskBody(JSON.stringify(body))).toEqual(body);
      }
    }
  });

  it("in headers and queries", async () => {
    const emulator = await start();
    await send(`${emulator.url}${TOKENS}?client_secret=${SECRET}&name=shown`, {
      headers: { Authorization: `Basic ${SECRET}`, Cookie: SECRET },
    });
    expect(JSON.stringify(emulator.journal())).not.toContain(SECRET);
    expect(emulator.journal()[0]?.query).toEqual({ client_secret: "(hidden)", name: "shown" });
  });
});
