import { X509Certificate } from "node:crypto";
import type { TlsIdentity } from "../started-plugin.ts";
import { writeFully } from "../write-fully.ts";
import { createCertificate } from "./certificate.ts";
import { handshakeLine } from "./handshake-line.ts";
import { type Listener, listen, listenWithoutTls } from "./listen.ts";
import { StartupError } from "./startup-error.ts";
import { MAGIC_COOKIE, usage, versionLine } from "./usage.ts";

/** How the program was called, and what it calls itself. */
export interface Invocation {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
}

/** A process that listens and is announced to the one that started it. */
export interface AnnouncedPlugin {
  readonly mode: "plugin" | "debug";
  readonly listener: Listener;
  readonly identity: TlsIdentity | undefined;
}

/**
 * Gets the process to where Terraform can connect. Undefined when the program has only printed its version or usage;
 * the exit code is set then. Throws StartupError when the environment is not usable.
 */
export async function startPlugin({ args, env, version }: Invocation): Promise<AnnouncedPlugin | undefined> {
  // Terraform gives no arguments, and does not wait for what reads them.
  if (args.length > 0) {
    const { action, address } = (await import("./arguments.ts")).readArguments(args);
    if (action === "version") return print(1, versionLine(version, process.execPath), 0);
    if (action === "help") return print(1, usage(version), 0);
    if (action === "debug") return announceForDebugging(env, address);
  }
  if (env.TF_PLUGIN_MAGIC_COOKIE !== MAGIC_COOKIE) return print(2, usage(version), 1);
  return announceToTerraform(env);
}

/** The listener comes first, as Terraform dials as soon as it has read the line. */
async function announceToTerraform(env: NodeJS.ProcessEnv): Promise<AnnouncedPlugin> {
  const clientCertificate = clientCertificateOf(env);
  const listener = await listen(env);
  const identity =
    clientCertificate === undefined ? undefined : { clientCertificate, ...createCertificate() };
  const line = handshakeLine(listener.address, identity?.certificate, Boolean(env.PLUGIN_MULTIPLEX_GRPC));
  if (!writeFully(1, line))
    throw new StartupError("the handshake line could not be written: standard output is closed");
  return { mode: "plugin", listener, identity };
}

/** Terraform connects to a process that it did not start without TLS, so who may connect is the listener's to say. */
async function announceForDebugging(env: NodeJS.ProcessEnv, address: string): Promise<AnnouncedPlugin> {
  const listener = await listenWithoutTls(env);
  const { network, location } = listener.address;
  const reattach = JSON.stringify({
    [address]: {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: process.pid,
      // Terraform neither shuts down nor kills a process under test.
      Test: true,
      Addr: { Network: network, String: location },
    },
  });
  writeFully(
    1,
    `The provider is running. To attach Terraform to it, set this variable:\n\n\tTF_REATTACH_PROVIDERS='${reattach}'\n\nPress Ctrl-C to stop it.\n`,
  );
  return { mode: "debug", listener, identity: undefined };
}

/** Terraform's certificate, or undefined when TLS is off. A broken one must not be mistaken for none. */
function clientCertificateOf(env: NodeJS.ProcessEnv): X509Certificate | undefined {
  const pem = env.PLUGIN_CLIENT_CERT;
  if (!pem) return undefined;
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new StartupError(`PLUGIN_CLIENT_CERT is not a PEM certificate: ${(cause as Error).message}`);
  }
}

function print(fd: number, text: string, exitCode: number): undefined {
  writeFully(fd, text);
  process.exitCode = exitCode;
}
