/** What a handler returns; `body` is sent as JSON, or verbatim with `contentType` when it is a text. */
export interface ApiResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The shapes in which services and the gateways in front of them report errors, and some that nobody should send. */
export const BODY_KINDS = [
  ...(["bcs", "keystone-int", "fastapi-422", "html", "empty", "text"] as const),
  ...(["array", "deep-json", "huge-html"] as const),
] as const;
/** One of BODY_KINDS. */
export type BodyKind = (typeof BODY_KINDS)[number];

/** Thrown by a handler to return an error at once. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly response: ApiResponse;
  constructor(response: ApiResponse) {
    super(`response with status ${response.status}`);
    this.response = response;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Levels of the lists in a `deep-json` body: more than a stack holds. */
const DEEP = 20_000;
/** Bytes of a `huge-html` body. */
const HUGE = 1_000_000;

/** An error response in the given shape. BCS codes are texts (`Image.NotFound`), Keystone codes are the HTTP status as a number. */
export function errorResponse(status: number, kind: BodyKind, message?: string, code?: string): ApiResponse {
  const reason = REASONS[status] ?? "Error";
  const said = message ?? `${reason}.`;
  switch (kind) {
    case "bcs":
      return { status, body: { error: { code: code ?? reason.replaceAll(" ", ""), message: said } } };
    case "keystone-int":
      return { status, body: { error: { code: status, message: said, title: reason } } };
    case "fastapi-422":
      return { status, body: { detail: [{ loc: ["body"], msg: said, type: "value_error" }] } };
    case "html":
      return {
        status,
        body: `<html>\n<head><title>${status} ${reason}</title></head>\n<body>\n<center><h1>${status} ${reason}</h1></center>\n</body>\n</html>\n`,
        contentType: "text/html; charset=utf-8",
      };
    case "text":
      return { status, body: `${said}\n`, contentType: "text/plain; charset=utf-8" };
    case "empty":
      return { status };
    case "array":
      return { status, body: [] };
    case "deep-json": {
      const loc = "[".repeat(DEEP) + "]".repeat(DEEP);
      return { status, body: `{"detail":[{"loc":${loc},"msg":"deep"}]}`, contentType: "application/json" };
    }
    case "huge-html":
      return { status, body: `<html>${"<".repeat(HUGE)}`, contentType: "text/html; charset=utf-8" };
  }
}

/** A refusal in the shape of the BCS services (images, volumes, instances). */
export function apiError(status: number, code: string, message: string): ApiError {
  return new ApiError(errorResponse(status, "bcs", message, code));
}

/** A refusal in the shape of the identity service. */
export function keystoneError(status: number, message: string): ApiError {
  return new ApiError(errorResponse(status, "keystone-int", message));
}
