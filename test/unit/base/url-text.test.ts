import { expect, it } from "vitest";
import { urlWithoutSecrets } from "../../../src/base/url-text.ts";

it.each([
  ["https://someone:hunter2@host/path", "https://***@host/path"],
  ["https://hunter2@host", "https://***@host"],
  ["HTTPS://someone:hunter2@host", "https://***@host"],
  ["  https://someone:hunter2@host", "https://***@host"],
  ["https:/someone:hunter2@host", "https://***@host"],
  ["https:someone:hunter2@host", "https://***@host"],
  ["https:///someone:hunter2@host", "https://***@host"],
  ["https:\\\\someone:hunter2@host", "https://***@host"],
  ["https://someone:hunter2/x@host", "https://***@host"],
  ["https://someone:hunter2@x@host", "https://***@host"],
  ["https://someone:hunter2?x@host", "https://***@host"],
  ["https://someone:hunter2#x@host", "https://***@host"],
  ["https://someone:hunter2%40host", "https://***@host"],
  ["https://someone:hunter2\uff20host", "https://***@host"],
  ["someone:hunter2@host", "***@host"],
  ["//someone:hunter2@host", "***@host"],
  ["ftp://someone:hunter2@host", "***@host"],
  ["https://host/path?token=hunter2", "https://host/path?***"],
  ["https://host/path#hunter2", "https://host/path#***"],
  ["https://host/path", "https://host/path"],
  ["host", "host"],
])("of %s shows %s", (text, shown) => {
  expect(urlWithoutSecrets(text)).toBe(shown);
});
