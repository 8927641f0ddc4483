/** What configures a client to use an emulator. */
export interface ClientConfiguration {
  readonly url: string;
  readonly id: string;
  readonly secret: string;
}

/** A provider block for Terraform. */
export function providerBlock({ url, id, secret }: ClientConfiguration): string {
  return `provider "kakaocloud" {
  application_credential_id     = ${hclString(id)}
  application_credential_secret = ${hclString(secret)}
  endpoint_overrides = {
    iam    = ${hclString(url)}
    config = ${hclString(url)}
  }
}
`;
}

/** Lines that set environment variables in a POSIX shell. */
export function environmentLines({ url, id, secret }: ClientConfiguration): string {
  return `export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=${shellWord(id)}
export KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=${shellWord(secret)}
export KAKAOCLOUD_EMULATOR_URL=${shellWord(url)}
`;
}

/** A string that HCL takes literally: template sequences are escaped by doubling their first character. */
function hclString(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, "$&$&");
}

/** A word that a shell takes literally. */
function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
