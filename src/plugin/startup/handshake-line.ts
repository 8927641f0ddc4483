import type { ListenAddress } from "./listen.ts";

/** The version of the handshake itself. */
const CORE_PROTOCOL = 1;
/**
 * tfplugin6. It is the only version here, so it is announced whatever PLUGIN_PROTOCOL_VERSIONS offers: a Terraform that
 * does not speak it then explains that the versions are incompatible, which is the message its user needs.
 */
const APP_PROTOCOL = 6;

/**
 * The one line on stdout by which Terraform learns where the plugin is and whom to trust. The certificate is DER, sent in
 * unpadded standard base64. With `multiplex` a field follows which says that brokered connections don't share the listener.
 */
export function handshakeLine(
  address: ListenAddress,
  certificate: Buffer | undefined,
  multiplex: boolean,
): string {
  const fields = [
    CORE_PROTOCOL,
    APP_PROTOCOL,
    address.network,
    address.location,
    "grpc",
    certificate?.toString("base64").replace(/=+$/, "") ?? "",
  ];
  if (multiplex) fields.push("false");
  return `${fields.join("|")}\n`;
}
