import type { Random } from "../../state/random.ts";

/** A token that the identity service has issued. */
export interface TokenRecord {
  readonly value: string;
  readonly credential: string;
  readonly credentialName: string;
  readonly project: string;
  readonly auditId: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
  uses: number;
  revoked: boolean;
}

const TOKEN_LENGTH = 216;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Text in the form of a Fernet token: `gAAAAA`, then characters of the URL-safe base64 alphabet. */
export function tokenText(random: Random): string {
  let text = "gAAAAA";
  while (text.length < TOKEN_LENGTH) text += ALPHABET.charAt(random.int(0, 63));
  return text;
}

/** Whether the token is accepted at a moment; `maxUses` 0 means any number of uses. */
export function isTokenValid(token: TokenRecord, nowMs: number, maxUses: number): boolean {
  return !token.revoked && nowMs < token.expiresMs && (maxUses === 0 || token.uses < maxUses);
}
