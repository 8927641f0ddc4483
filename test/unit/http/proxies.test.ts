import { describe, expect, it } from "vitest";
import { proxyFor, proxySecrets } from "../../../src/http/proxies.ts";

const IAM = "https://iam.kakaocloud.com";

describe("the proxy for a URL", () => {
  it.each([
    ["an https URL", IAM, { HTTPS_PROXY: "http://p:3128" }, "the proxy http://p:3128 (HTTPS_PROXY)"],
    ["an http URL", "http://iam.example", { HTTP_PROXY: "http://p" }, "the proxy http://p:80 (HTTP_PROXY)"],
    ["any URL", IAM, { ALL_PROXY: "https://p" }, "the proxy https://p:443 (ALL_PROXY)"],
    ["a URL of another kind", IAM, { HTTP_PROXY: "http://p" }, undefined],
    ["none", IAM, {}, undefined],
    ["blank", IAM, { HTTPS_PROXY: " " }, undefined],
    ["in both cases", IAM, { https_proxy: "p:1", HTTPS_PROXY: "q:2" }, "the proxy http://p:1 (https_proxy)"],
    ["without a scheme", IAM, { HTTPS_PROXY: "p:3128" }, "the proxy http://p:3128 (HTTPS_PROXY)"],
    ["with IPv6", IAM, { HTTPS_PROXY: "http://[::2]:8080" }, "the proxy http://[::2]:8080 (HTTPS_PROXY)"],
    ["with a user", IAM, { HTTPS_PROXY: "http://u:p%40ss@p:1" }, "the proxy http://p:1 (HTTPS_PROXY)"],
  ])("is what the environment names for %s", (_what, url, env, name) => {
    expect(proxyFor(new URL(url), env)?.name).toBe(name);
  });

  it("has its credentials decoded, and never shows them", () => {
    const env = { HTTPS_PROXY: "http://some%20one:p%40ss@p:1", http_proxy: "token@q", all_proxy: "http://r" };
    expect(proxyFor(new URL(IAM), env)?.credentials).toBe("some one:p@ss");
    expect(proxySecrets(env)).toEqual(["p@ss", "token"]);
  });

  it.each([
    ["socks5://p:1080", "HTTPS_PROXY names a proxy of kind socks5, which is not supported"],
    ["http://", "HTTPS_PROXY is not the URL of a proxy"],
    ["http://[", "HTTPS_PROXY is not the URL of a proxy"],
  ])("is refused where %s names none that is supported", (value, problem) => {
    expect(() => proxyFor(new URL(IAM), { HTTPS_PROXY: value })).toThrow(problem);
  });

  it.each([
    "http://localhost:1",
    "https://127.0.0.1",
    "https://127.9.9.9",
    "https://[::1]:9",
    "http://a.localhost",
  ])("is never used for this machine: %s", (url) => {
    expect(proxyFor(new URL(url), { ALL_PROXY: "http://p" })).toBeUndefined();
  });

  it.each([
    ["*", IAM, false],
    ["kakaocloud.com", IAM, false],
    [".kakaocloud.com", IAM, false],
    ["*.kakaocloud.com", IAM, false],
    ["IAM.KakaoCloud.com", IAM, false],
    ["other.com, kakaocloud.com", IAM, false],
    ["other.com kakaocloud.com", IAM, false],
    ["kakaocloud.com:443", IAM, false],
    ["kakaocloud.com:8443", IAM, true],
    ["cloud.com", IAM, true],
    ["kakaocloud.com.example", IAM, true],
    ["", IAM, true],
    ["10.0.0.0/8", "https://10.1.2.3", false],
    ["10.0.0.0/8", "https://11.1.2.3", true],
    ["10.0.0.0/99", "https://10.1.2.3", true],
    ["10.1.2.3:8443", "https://10.1.2.3:8443", false],
    ["[fd00::1]:8443", "https://[fd00::1]:8443", false],
    ["fd00::1", "https://[fd00::1]", false],
    ["kakaocloud.com", "https://iam.kakaocloud.com.", false],
    ["kakaocloud.com.", IAM, false],
    [".kakaocloud.com:443", IAM, false],
    ["*.kakaocloud.com:8443", IAM, true],
    ["*.kakaocloud.com", "https://kakaocloud.com", true],
    [".kakaocloud.com", "https://kakaocloud.com", true],
    ["other.com;kakaocloud.com", IAM, true],
    ["10.1.2.3", "https://10.1.2.3", false],
    ["1.2.3", "https://10.1.2.3", true],
    ["10.1.2.3/32", "https://10.1.2.3", false],
    ["10.1.2.4/31", "https://10.1.2.3", true],
    ["0.0.0.0/0", "https://10.1.2.3", false],
    ["10.0.0.0/8", "https://iam.10.1.2.3.example", true],
    ["10.0.0.0/", "https://10.1.2.3", true],
    ["300.0.0.0/8", "https://10.1.2.3", true],
    ["fd00::/8", "https://[fd12:3456::1]", false],
    ["fd00::/8", "https://[fe80::1]", true],
    ["fd00:0:0::1/128", "https://[fd00::1]", false],
    ["::/0", "https://[fd00::1]", false],
    ["::/0", "https://10.1.2.3", true],
    ["fd00::/129", "https://[fd00::1]", true],
    ["fd00:0:0:0::1", "https://[fd00::1]", false],
    ["[FD00::1]", "https://[fd00::1]", false],
    ["[fd00::1]:9", "https://[fd00::1]:8443", true],
    ["[fd00::1", "https://[fd00::1]", true],
    ["::1", "https://[fd00::1]", true],
  ])("with NO_PROXY=%s for %s is used: %s", (exceptions, url, isUsed) => {
    const proxy = proxyFor(new URL(url), { HTTPS_PROXY: "http://p", NO_PROXY: exceptions });
    expect(proxy !== undefined).toBe(isUsed);
  });
});
