import { urlWithoutSecrets } from "../base/url-text.ts";
import { attributeError } from "../framework/diagnostics.ts";
import type { Validator } from "../framework/validators.ts";
import { isUnknown } from "../framework/value.ts";
import { parseBaseUrl } from "../kakaocloud/base-url.ts";
import { SERVICE_KEYS } from "../kakaocloud/client.ts";

/** Keys must be services and values absolute http(s) URLs. Null elements are skipped, unknown ones wait. */
export const endpointOverrides: Validator<ReadonlyMap<string, string | null>> = (overrides, path) =>
  [...overrides].flatMap(([key, url]) => {
    const at = [...path, { key }];
    if (!SERVICE_KEYS.some((known) => known === key)) {
      return [
        attributeError(
          "Invalid Endpoint Override",
          at,
          `is not a KakaoCloud service. The services are: ${SERVICE_KEYS.join(", ")}.`,
        ),
      ];
    }
    if (url === null || isUnknown(url) || parseBaseUrl(url) !== null) return [];
    return [
      attributeError(
        "Invalid Endpoint Override",
        at,
        "must be an absolute URL such as https://image.kr-central-2.kakaocloud.com, without " +
          `user, query or fragment, got: ${JSON.stringify(urlWithoutSecrets(url))}.`,
      ),
    ];
  });
