import { sourceAddress } from "../../../package.json";

/** Terraform sets this value when it starts a plugin. It is not a secret: it only detects a start by hand. */
export const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** The provider's source address, as configurations and reattached processes name it. Whoever publishes it sets package.json. */
export const SOURCE_ADDRESS = sourceAddress;

/** What the program is called. */
export const NAME = "terraform-provider-kakaocloud";

/** The first word of a command line that runs the importer instead of the plugin. */
export const IMPORT_COMMAND = "import-images";

/** For a person who ran the program by hand: what it is and how it is used. */
export function usage(version: string): string {
  return `${NAME} ${version}: the Terraform provider for KakaoCloud images.

This program is a plugin that Terraform starts. From a shell it runs only the command and the options below.
To use the provider, name it in a configuration:

  terraform {
    required_providers {
      kakaocloud = {
        source = "${SOURCE_ADDRESS}"
      }
    }
  }

and run \`terraform init\` and \`terraform plan\`.

Commands:
  ${IMPORT_COMMAND}  write a configuration that adopts the images of a project; see ${IMPORT_COMMAND} --help

Options:
  --debug            stay in the foreground and print how to attach Terraform to this process
  --address ADDRESS  with --debug: the source address that configurations use
                     [${SOURCE_ADDRESS}]
  --version          print the version
  --help             print this text
`;
}

/** The version, for scripts and people. `executable` shows when the release's own glibc is used, as on Alpine: its loader runs then. */
export function versionLine(version: string, executable: string): string {
  const library = /\/ld-linux[^/]*$/.test(executable) ? " (bundled glibc)" : "";
  return `${NAME} ${version}${library}\n`;
}
