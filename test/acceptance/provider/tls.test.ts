import { writeFileSync } from "node:fs";
import { request as forward } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { createClientCertificate } from "../../harness/certificate.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { createWorkspace, requireTerraform, type Workspace } from "../../harness/terraform-cli.ts";
import { GOLDEN } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

/** A server on this machine that speaks https, with a certificate of its own for `localhost`, and asks the emulator. */
async function useHttps(
  cloud: TestEmulator,
): Promise<{ readonly port: number; readonly certificate: string }> {
  const { certificatePem, privateKeyPem } = createClientCertificate();
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (incoming, answer) => {
    const { method, headers } = incoming;
    const outgoing = forward(`${cloud.url}${incoming.url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  releaseLater(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, certificate: certificatePem };
}

/** A configuration with an image, whose provider finds every service at the address. */
function useImageAt(cloud: TestEmulator, address: string): Workspace {
  return createWorkspace({
    files: {
      "provider.tf": cloud.providerBlock.replaceAll(cloud.url, address),
      "main.tf": `resource "kakaocloud_image" "x" {\n  ${GOLDEN}\n}\n`,
    },
  });
}

it("makes an image over https, from a server that only the named authority vouches for", async () => {
  const cloud = await useEmulator({ profile: "instant" });
  const { port, certificate } = await useHttps(cloud);
  const tf = useImageAt(cloud, `https://localhost:${port}`);
  const authority = join(tf.directory, "authority.pem");
  writeFileSync(authority, certificate);

  const refused = await tf.run(["apply", "-auto-approve"]);
  expect(refused.code).toBe(1);
  expect(refused.text).toContain("NODE_EXTRA_CA_CERTS");
  expect(cloud.journal()).toEqual([]);

  const env = { NODE_EXTRA_CA_CERTS: authority };
  await tf.succeed(["apply", "-auto-approve"], { env });
  expect(tf.instance("kakaocloud_image.x")?.attributes.status).toBe("active");
  expect((await tf.succeed(["plan"], { env })).text).toContain("No changes.");
  await tf.succeed(["destroy", "-auto-approve"], { env });
  expect(cloud.leftovers()).toEqual([]);
});

it("sends nothing to a server with a trusted certificate for another host", async () => {
  const cloud = await useEmulator();
  const { port, certificate } = await useHttps(cloud);
  const tf = useImageAt(cloud, `https://127.0.0.1:${port}`);
  const authority = join(tf.directory, "authority.pem");
  writeFileSync(authority, certificate);
  const { code, text } = await tf.run(["plan"], { env: { NODE_EXTRA_CA_CERTS: authority } });
  expect(code).toBe(1);
  expect(text).toContain("no trusted TLS connection could be made");
  expect(cloud.journal()).toEqual([]);
});
