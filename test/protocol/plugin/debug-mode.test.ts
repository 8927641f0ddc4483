import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import { createCore } from "../../harness/core.ts";
import { CREDENTIAL, useEmulator } from "../../harness/emulator.ts";
import { type SpawnedProcess, spawnPlugin } from "../../harness/plugin-process.ts";
import { connectProvider, type ProviderClient } from "../../harness/provider-client.ts";

interface Reattach {
  readonly Protocol: string;
  readonly ProtocolVersion: number;
  readonly Pid: number;
  readonly Test: boolean;
  readonly Addr: { readonly Network: "unix" | "tcp"; readonly String: string };
}

/** Starts the provider as a developer does: by hand, without anything of Terraform's in the environment. */
async function startDebugging(
  args: readonly string[] = ["--debug"],
  env: Readonly<Record<string, string>> = {},
  address = "kakaocloud.internal/images/kakaocloud",
): Promise<{ plugin: SpawnedProcess; reattach: Reattach }> {
  const plugin = spawnPlugin({
    args,
    tls: false,
    env: { ...env, TF_PLUGIN_MAGIC_COOKIE: undefined },
  });
  await expect.poll(() => plugin.stdout(), { timeout: 10_000 }).toContain("Ctrl-C");
  const [, json = ""] = /^\tTF_REATTACH_PROVIDERS='(.*)'$/m.exec(plugin.stdout()) ?? [];
  const providers = JSON.parse(json) as Record<string, Reattach>;
  expect(Object.keys(providers)).toEqual([address]);
  return { plugin, reattach: Object.values(providers)[0] as Reattach };
}

function connect({ Addr }: Reattach): Promise<ProviderClient> {
  const handshake = {
    network: Addr.Network,
    address: Addr.String,
    certificate: null,
    multiplex: null,
    line: "",
  };
  return connectProvider(handshake, null);
}

describe("debug mode", () => {
  it.each(["--debug", "-debug"])(
    "RA-01 prints how Terraform finds the process when it is started with %s",
    async (option) => {
      const { plugin, reattach } = await startDebugging([option]);
      expect(reattach).toMatchObject({ Protocol: "grpc", ProtocolVersion: 6, Pid: plugin.pid, Test: true });
      expect(existsSync(reattach.Addr.String)).toBe(true);
    },
  );

  it("RA-01 is found under the source address that it is given", async () => {
    const address = "kakaoenterprise/kakaocloud";
    await startDebugging(["--debug", "--address", address], {}, address);
  });

  it("RA-01 serves many commands without TLS, longer than any of them stays connected", async () => {
    const { plugin, reattach } = await startDebugging();
    for (let command = 0; command < 3; command++) {
      const client = await connect(reattach);
      expect(await client.checkHealth("plugin")).toBe(1);
      await expect(client.call("GetProviderSchema", {})).resolves.toHaveProperty("provider");
      client.close();
    }
    // A plugin that lost its connection would have ended by now.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const client = await connect(reattach);
    await client.requestShutdown();
    expect(await client.checkHealth("plugin")).toBe(1);
    client.close();
    plugin.child.kill("SIGINT");
    await plugin.exited;
  });

  it("RA-01 serves clients after others that disconnected at once", async () => {
    const { plugin, reattach } = await startDebugging();
    for (let caller = 0; caller < 20; caller++) {
      const socket = createConnection(reattach.Addr.String);
      await once(socket, "connect");
      socket.destroy();
    }
    const client = await connect(reattach);
    expect(await client.checkHealth("plugin")).toBe(1);
    client.close();
    plugin.child.kill("SIGINT");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr()).not.toMatch(/panic|error/i);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("RA-01 ends with %s, and leaves nothing behind", async (signal) => {
    const { plugin, reattach } = await startDebugging();
    const client = await connect(reattach);
    plugin.child.kill(signal);
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(readdirSync(plugin.tmpDir)).toEqual([]);
    client.close();
  });

  it("RA-01 sends the credential of its environment to no endpoint that a client sets", async () => {
    const cloud = await useEmulator();
    const { plugin, reattach } = await startDebugging(["--debug"], cloud.environment);
    const core = createCore(await connect(reattach));
    const { endpoint_overrides = null } = cloud.providerConfig;
    for (const credential of [
      {},
      { application_credential_id: CREDENTIAL.id },
      { application_credential_secret: CREDENTIAL.secret },
      { application_credential_id: " ", application_credential_secret: "" },
    ]) {
      const failure = await core
        .configure({ endpoint_overrides, ...credential })
        .catch((error: unknown) => error);
      expect(String(failure)).toContain("Credential Not Sent to Configured Endpoints");
    }
    expect(cloud.journal()).toEqual([]);
    expect(await core.configure(cloud.providerConfig)).toEqual([]);
    expect(cloud.journal()).not.toEqual([]);
    plugin.child.kill("SIGINT");
    await plugin.exited;
  });
});
