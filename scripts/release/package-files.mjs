// What a package holds of the program: an executable, on Linux one that a launcher starts.
import { glibcFiles, launcher } from "./glibc.mjs";
import { executableName } from "./platforms.mjs";

/** The executable, and on Linux its launcher, as entries of an archive. `name` is what Terraform starts. */
export function programFiles(platform, executable, name) {
  if (!isLinux(platform)) return [{ name: executableName(name, platform), mode: 0o755, content: executable }];
  return [
    { name: "lib/provider", mode: 0o755, content: executable },
    { name, mode: 0o755, content: Buffer.from(launcher(platform)) },
  ];
}

/** What a package brings for systems that lack it, as entries of an archive. Throws as glibcFiles does. */
export const systemFiles = async (platform) => (isLinux(platform) ? glibcFiles(platform) : []);

const isLinux = ({ name }) => name.startsWith("linux");
