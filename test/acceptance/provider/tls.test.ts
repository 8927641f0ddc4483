import { request as forward } from "node:http";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { type HttpsServer, useHttpsServer } from "../../harness/https-server.ts";
import { createWorkspace, requireTerraform, type Workspace } from "../../harness/terraform-cli.ts";
import { GOLDEN } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

/** The emulator behind a server that speaks https. */
const useHttps = (cloud: TestEmulator): Promise<HttpsServer> =>
  useHttpsServer((incoming, answer) => {
    const { method, headers } = incoming;
    const outgoing = forward(`${cloud.url}${incoming.url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  });

/** A configuration with an image, whose provider finds every service at the address. */
function useImageAt(cloud: TestEmulator, address: string): Workspace {
  return createWorkspace({
    files: {
      "provider.tf": cloud.providerBlock.replaceAll(cloud.url, address),
      "main.tf": `resource "kakaocloud_image" "x" {\n  ${GOLDEN}\n}\n`,
    },
  });
}

it.each(["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])(
  "creates an image over https, on a server that only the CA of %s has signed",
  async (variable) => {
    const cloud = await useEmulator({ profile: "instant" });
    const { port, certificate } = await useHttps(cloud);
    const tf = useImageAt(cloud, `https://localhost:${port}`);
    tf.write("authority.pem", certificate);
    const env = { [variable]: join(tf.directory, "authority.pem") };

    const refused = await tf.run(["apply", "-auto-approve"]);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain(variable);
    expect(cloud.journal()).toEqual([]);

    await tf.succeed(["apply", "-auto-approve"], { env });
    expect(tf.instance("kakaocloud_image.x")?.attributes.status).toBe("active");
    expect((await tf.succeed(["plan"], { env })).text).toContain("No changes.");
    await tf.succeed(["destroy", "-auto-approve"], { env });
    expect(cloud.leftovers()).toEqual([]);
  },
);

it("sends nothing to a server with a trusted certificate for another host", async () => {
  const cloud = await useEmulator();
  const { port, certificate } = await useHttps(cloud);
  const tf = useImageAt(cloud, `https://127.0.0.1:${port}`);
  tf.write("authority.pem", certificate);
  const env = { NODE_EXTRA_CA_CERTS: join(tf.directory, "authority.pem") };
  const { code, text } = await tf.run(["plan"], { env });
  expect(code).toBe(1);
  expect(text).toContain("the TLS connection failed");
  expect(cloud.journal()).toEqual([]);
});
