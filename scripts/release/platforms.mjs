// The platforms that a release is for, and the runtime (Bun) that each one's executable has in it: an npm package per platform, pinned
// by its integrity. On amd64 it is the build for processors without AVX2. All are of one version, as the compiled program belongs
// to one.
export const BUN_VERSION = "1.4.5";

/** Where the runtime's licences are told. */
export const LICENCES = {
  package: "bun-types",
  integrity:
    "sha512-ECHn+9dhL3wv0G6u0+7dQvrnaimXiRDxxerYBmhTaLyJEEuvTPWk2Fye3XIf5Y++JIIiHKfQw4Z7V5D8KuiXbg==",
  file: "docs/project/license.mdx",
};

export const PLATFORMS = [
  {
    name: "linux_amd64",
    host: "linux x64",
    target: "bun-linux-x64-baseline",
    package: "@oven/bun-linux-x64-baseline",
    integrity:
      "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==",
  },
  {
    name: "linux_arm64",
    host: "linux arm64",
    target: "bun-linux-arm64",
    package: "@oven/bun-linux-aarch64",
    integrity:
      "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  },
  {
    name: "darwin_amd64",
    host: "darwin x64",
    target: "bun-darwin-x64-baseline",
    package: "@oven/bun-darwin-x64-baseline",
    integrity:
      "sha512-zqfLA5A4B+hYMh5WYzYSot3uZ06FzhdP0OEwQisEzdirYtXGj5cQFlfy31BGfNsAsk1Gd/w/OxJ/jqqJ3cMclw==",
  },
  {
    name: "darwin_arm64",
    host: "darwin arm64",
    target: "bun-darwin-arm64",
    package: "@oven/bun-darwin-aarch64",
    integrity:
      "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  },
  {
    name: "windows_amd64",
    host: "win32 x64",
    target: "bun-windows-x64-baseline",
    package: "@oven/bun-windows-x64-baseline",
    integrity:
      "sha512-/U3Dc74uGqE6EUqef7mPtg9KwJs7iJH4JHRMfIZIn18MrJh6Xz4gVvWDXRvzCL2j8wPlTnJVyrO4n7Qq4uM7TQ==",
  },
  {
    name: "windows_arm64",
    host: "win32 arm64",
    target: "bun-windows-arm64",
    package: "@oven/bun-windows-aarch64",
    integrity:
      "sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==",
  },
];

/** How an executable of this name is called on a platform. */
export const executableName = (name, platform) =>
  platform.name.startsWith("windows") ? `${name}.exe` : name;

/** The platform that this process runs on, or undefined when no release is made for it. */
export const hostPlatform = () =>
  PLATFORMS.find(({ host }) => host === `${process.platform} ${process.arch}`);
