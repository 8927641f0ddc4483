import type { HttpRequest } from "../http/request.ts";
import type { Phase } from "./errors.ts";

/** A request to one of KakaoCloud's services, as it is sent. */
export interface ApiRequest extends HttpRequest {
  readonly phase: Phase;
}
