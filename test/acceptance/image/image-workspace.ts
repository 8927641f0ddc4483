import type { EmulatorOptions } from "../../../src/emulator/options.ts";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { createWorkspace, type Workspace } from "../../harness/terraform-cli.ts";

/** A working directory whose provider talks to an emulator of its own. */
export interface ImageWorkspace {
  readonly tf: Workspace;
  readonly cloud: TestEmulator;
  /** Replaces the configuration by `resource "kakaocloud_image" "x"` with these arguments. */
  configure(body: string): void;
  /** The id of `kakaocloud_image.x` in the state. */
  id(): string;
  /** How many requests with this method the API got, by the part of the path after `/api/v1`. */
  requests(method: string, path: RegExp): number;
}

/** The shortest way to be active: quick enough for a test, slow enough to be waited for. */
const QUICK = { queuedMs: 100, savingMs: 200 } as const;

/** The arguments of an image created from the emulator's root volume. */
export const GOLDEN = `name = "golden-web"\n  description = "made"\n  volume_id = "${ROOT_VOLUME}"`;

/** Starts an emulator and makes a working directory that uses it. */
export async function useImageWorkspace(
  body: string,
  options: EmulatorOptions & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ImageWorkspace> {
  const { env, ...emulatorOptions } = options;
  const cloud = await useEmulator({
    ...emulatorOptions,
    settings: { ...QUICK, ...emulatorOptions.settings },
  });
  const tf = createWorkspace({ files: { "provider.tf": cloud.providerBlock }, ...(env && { env }) });
  const configure = (arguments_: string): void =>
    tf.write("main.tf", `resource "kakaocloud_image" "x" {\n  ${arguments_}\n}\n`);
  configure(body);
  return {
    tf,
    cloud,
    configure,
    id: () => String(tf.instance("kakaocloud_image.x")?.attributes.id),
    requests: (method, path) =>
      cloud.journal().filter((entry) => entry.method === method && path.test(entry.path)).length,
  };
}

/** The images in the cloud that were created through the API. */
export function madeImages({ cloud }: ImageWorkspace) {
  return cloud.leftovers();
}
