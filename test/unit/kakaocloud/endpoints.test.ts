import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import type { HttpClient } from "../../../src/http/client.ts";
import type { ApiRequest } from "../../../src/kakaocloud/api-request.ts";
import { createKakaoCloud } from "../../../src/kakaocloud/client.ts";
import { createEndpoints } from "../../../src/kakaocloud/endpoints.ts";
import { KakaoCloudError } from "../../../src/kakaocloud/errors.ts";
import { createRequestErrors } from "../../../src/kakaocloud/response-error.ts";
import {
  answer,
  answerText,
  apiError,
  createClient,
  createFakeClock,
  type FakeCloud,
  failureOf,
  IMAGE_ID,
  imageJson,
  SECRET,
  startFakeCloud,
  VOLUME_ID,
} from "./fake-cloud.ts";

const RESOLVE = "/api/v1/client-endpoints/resolve";

describe("the endpoints of the services", () => {
  let cloud: FakeCloud;
  let endpointsAnswer: Parameters<FakeCloud["handle"]>[0];
  beforeEach(async () => {
    cloud = await startFakeCloud();
    serve({ image: cloud.url, volume: cloud.url, bcs: cloud.url });
    cloud.handle((request, response) => {
      if (request.path === RESOLVE) return endpointsAnswer(request, response);
      if (request.path.includes("/volumes/"))
        return answer(200, { volume: { id: VOLUME_ID } })(request, response);
      return answer(200, { image: imageJson() })(request, response);
    });
  });
  afterEach(() => cloud.close());

  const serve = (serviceEndpoints: object) => {
    endpointsAnswer = answer(200, { success: true, data: { id: "ep", service_endpoints: serviceEndpoints } });
  };
  const discovering = (overrides: Record<string, string> = {}) =>
    createClient(cloud, { endpointOverrides: { iam: cloud.url, config: cloud.url, ...overrides } });
  const resolved = () => cloud.requests().filter(({ path }) => path === RESOLVE);

  it("fault 55: are resolved in one call, and the availability zones are not requested", async () => {
    const client = discovering();
    await client.connect();
    expect(cloud.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /identity/v3/auth/tokens",
      `GET ${RESOLVE}`,
    ]);
    expect(resolved()[0]?.headers["x-auth-token"]).toBe("gAAAA-token-1");
  });

  it("fault 55: are resolved once, when something first needs them", async () => {
    const client = discovering();
    await Promise.all(Array.from({ length: 10 }, () => client.images.get(IMAGE_ID)));
    await client.volumes.get(VOLUME_ID);
    await client.connect();
    expect(resolved()).toHaveLength(1);
    expect(cloud.tokenRequests()).toHaveLength(1);
  });

  it("are not requested when all that are needed are given", async () => {
    const { url } = cloud;
    const client = createClient(cloud, {
      endpointOverrides: { iam: url, image: url, volume: url, bcs: url },
    });
    await client.connect();
    expect(resolved()).toHaveLength(0);
  });

  it("are not requested for a service whose endpoint is given", async () => {
    await discovering({ image: cloud.url }).images.get(IMAGE_ID);
    expect(resolved()).toHaveLength(0);
  });

  it("fault 56: an override wins over what is discovered", async () => {
    const other = await startFakeCloud();
    try {
      other.handle(answer(200, { image: imageJson({ name: "other" }) }));
      const client = discovering({ image: other.url });
      await client.volumes.get(VOLUME_ID);
      expect((await client.images.get(IMAGE_ID)).name).toBe("other");
    } finally {
      await other.close();
    }
  });

  it.each(["", "/", "///"])('ignore "%s" at their end', async (slashes) => {
    await discovering({ image: `${cloud.url}${slashes}` }).images.get(IMAGE_ID);
    expect(cloud.requests()[0]?.url).toBe(`/api/v1/images/${IMAGE_ID}`);
  });

  it("may have a path of their own", async () => {
    await discovering({ image: `${cloud.url}/gateway/image/` }).images.get(IMAGE_ID);
    expect(cloud.requests()[0]?.url).toBe(`/gateway/image/api/v1/images/${IMAGE_ID}`);
  });

  it("fault 47: a token refused by the config service is renewed", async () => {
    endpointsAnswer = (request, response) => {
      if (request.headers["x-auth-token"] === "gAAAA-token-1") return answer(401, {})(request, response);
      return answer(200, { data: { service_endpoints: { image: cloud.url } } })(request, response);
    };
    await discovering().images.get(IMAGE_ID);
    expect(cloud.tokenRequests()).toHaveLength(2);
  });

  it.each([
    ["fails", answer(500, apiError("Internal", "Database is down.")), "Database is down."],
    ["forbids it", answer(403, apiError("Forbidden", "Not yours.")), "Not yours."],
    ["is not there", answerText(404, "<html>nginx</html>"), "nginx"],
    ["has no data", answer(200, { success: true, data: null }), "should be an object"],
    [
      "says that it failed",
      answer(200, { success: false, data: { service_endpoints: {} } }),
      "it reports a failure",
    ],
    [
      "returns something else",
      answer(200, { data: { service_endpoints: { image: "not a url" } } }),
      '"image"',
    ],
    ["returns nothing", answerText(200, ""), "not JSON"],
  ])("fault 16: are an error, never a guess, when the config service %s", async (_name, handler, reason) => {
    endpointsAnswer = handler;
    const error = await failureOf(discovering().images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "discovery_failed", phase: "discovery" });
    expect(error.message).toContain(reason);
    expect(cloud.requests().every(({ path }) => path === RESOLVE)).toBe(true);
  });

  it("are requested again after a failure", async () => {
    endpointsAnswer = answer(403, {});
    const client = discovering();
    await failureOf(client.connect());
    serve({ image: cloud.url });
    expect((await client.images.get(IMAGE_ID)).id).toBe(IMAGE_ID);
  });

  it("fault 17: wrong credentials are reported as such", async () => {
    cloud.handleTokens(answer(401, {}));
    expect((await failureOf(discovering().images.get(IMAGE_ID))).code).toBe("credentials_rejected");
  });

  it("fault 56: follow the region where the config service names none", async () => {
    const { resolve, asked } = offline({
      region: "kr-central-1",
      found: { volume: "https://v.example/", bcs: null },
    });
    expect(await resolve("image")).toBe("https://image.kr-central-1.kakaocloud.com");
    expect(await resolve("volume")).toBe("https://v.example");
    expect(await resolve("bcs")).toBe("https://bcs.kr-central-1.kakaocloud.com");
    expect(asked).toEqual(["https://heimdall.kr-central-1.kakaocloud.com"]);
  });

  it("belong to kr-central-2 without a region", async () => {
    const { resolve, iam, asked } = offline({ found: {} });
    expect(await resolve("image")).toBe("https://image.kr-central-2.kakaocloud.com");
    expect(iam).toBe("https://iam.kakaocloud.com");
    expect(asked).toEqual(["https://heimdall.kr-central-2.kakaocloud.com"]);
  });

  it.each([
    "",
    "image.example.com",
    "ftp://image.example.com",
    "https://user@image.example.com",
    "https://:pass@image.example.com",
    "https://image.example.com/#top",
    "https://image.example.com/?x=1",
  ])('fault 56: "%s" is not an endpoint', (address) => {
    const create = () => discovering({ image: address });
    expect(create).toThrow(KakaoCloudError);
    expect(create).toThrow('endpoint_overrides["image"]');
  });

  it("do not follow a region that is not a name", () => {
    expect(() => offline({ region: "evil.example/", found: {} })).toThrow('region "evil.example/"');
  });

  it("fault 56: every key is accepted, and an unknown one is warned about", () => {
    const keys = [
      "iam",
      "config",
      "image",
      "volume",
      "bcs",
      "vpc",
      "network",
      "load-balancer",
      "kubernetes-engine",
    ];
    const known = Object.fromEntries([...keys, "tgw", "mysql"].map((key) => [key, "https://kakao.example"]));
    expect(overridden(known).warnings()).toEqual([]);
    expect(overridden({ images: "https://kakao.example" }).warnings()).toEqual([
      expect.stringContaining('"images"'),
    ]);
  });

  it("are warned about when they are plain http, unless on this machine", () => {
    const plain = overridden({
      iam: "http://iam.example",
      image: "http://localhost:1",
      volume: "http://[::1]:1",
    });
    expect(plain.warnings()).toEqual([expect.stringContaining("http://iam.example")]);
  });

  it("are warned about when plain http was discovered, once that is known", async () => {
    serve({ image: cloud.url, volume: "http://volume.example" });
    const client = discovering();
    expect(client.warnings()).toEqual([]);
    await client.connect();
    expect(client.warnings()).toEqual([expect.stringContaining("http://volume.example")]);
  });
});

function overridden(endpointOverrides: Record<string, string>) {
  return createKakaoCloud({
    credentials: { id: "credential-id", secret: SECRET },
    endpointOverrides,
    userAgent: "test",
  });
}

/** Endpoints over a config service that is not called over the network, for the endpoints that only exist in KakaoCloud. */
function offline({ region, found }: { region?: string; found: object }) {
  const asked: string[] = [];
  const http: HttpClient<ApiRequest> = {
    async send({ url }) {
      asked.push(url.origin);
      const body = JSON.stringify({ data: { service_endpoints: found } });
      return { status: 200, statusText: "OK", headers: {}, body, requestId: undefined };
    },
  };
  const tokens = { get: async () => "token", invalidate: () => {} };
  const endpoints = createEndpoints({
    overrides: {},
    endpointsSetting: "in endpoint_overrides",
    region,
    http,
    errors: createRequestErrors(createRedactor(), {
      endpointsSetting: "in endpoint_overrides",
      credentialName: "access key",
    }),
    tokens: () => tokens,
    clock: createFakeClock(),
  });
  return { ...endpoints, asked };
}
