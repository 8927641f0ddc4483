import type { IncomingMessage } from "node:http";

/** Largest request body in bytes. */
const BODY_LIMIT = 1024 * 1024;

/** The request's body as text; undefined when it is too large or the client closed the connection. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= BODY_LIMIT) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return length <= BODY_LIMIT ? Buffer.concat(chunks).toString("utf8") : undefined;
}
