/** A text as Terraform holds it: Unicode NFC, with a replacement character for half a surrogate pair, which is not a character. */
export function normalText(text: string): string {
  return (/\p{Cs}/u.test(text) ? Buffer.from(text).toString() : text).normalize("NFC");
}
