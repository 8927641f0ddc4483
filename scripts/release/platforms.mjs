// The platforms that a release is for, and the runtime (Bun) that each one's executable has in it: an npm package per platform. Its
// integrity, which the registry publishes, is checked when it is fetched, and the SHA-256 of the file in it at every use. On amd64 it is the
// build for processors without AVX2. All are of one version, as the compiled program belongs to one.
export const BUN_VERSION = "1.4.5";

/** Where the runtime's licences are listed. */
export const LICENCES = {
  package: "bun-types",
  integrity:
    "sha512-ECHn+9dhL3wv0G6u0+7dQvrnaimXiRDxxerYBmhTaLyJEEuvTPWk2Fye3XIf5Y++JIIiHKfQw4Z7V5D8KuiXbg==",
  file: "docs/project/license.mdx",
  sha256: "1fac2ad9eac5ba9e1e0ef0d2893108e7d7a17fae5afac60f4bb0bd403087f3ec",
};

export const PLATFORMS = [
  {
    name: "linux_amd64",
    host: "linux x64",
    target: "bun-linux-x64-baseline",
    package: "@oven/bun-linux-x64-baseline",
    integrity:
      "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==",
    sha256: "f05d28a3862f4b84395c7fa32480b835dd47482e80b7e7a49a115227f0c06083",
  },
  {
    name: "linux_arm64",
    host: "linux arm64",
    target: "bun-linux-arm64",
    package: "@oven/bun-linux-aarch64",
    integrity:
      "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
    sha256: "04778f1f42399a69d086853e9c7af4acf574b2f21a43d0dc673853d8b84a2923",
  },
  {
    name: "darwin_amd64",
    host: "darwin x64",
    target: "bun-darwin-x64-baseline",
    package: "@oven/bun-darwin-x64-baseline",
    integrity:
      "sha512-zqfLA5A4B+hYMh5WYzYSot3uZ06FzhdP0OEwQisEzdirYtXGj5cQFlfy31BGfNsAsk1Gd/w/OxJ/jqqJ3cMclw==",
    sha256: "88f97645b270aef20f9f9442f1658461cab3e7128e658af4615144e3396f084a",
  },
  {
    name: "darwin_arm64",
    host: "darwin arm64",
    target: "bun-darwin-arm64",
    package: "@oven/bun-darwin-aarch64",
    integrity:
      "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
    sha256: "e2984124f1514e1e6bbda20adedbf07a02c443c6a5828853a15c7c7abf78e19f",
  },
  {
    name: "windows_amd64",
    host: "win32 x64",
    target: "bun-windows-x64-baseline",
    package: "@oven/bun-windows-x64-baseline",
    integrity:
      "sha512-/U3Dc74uGqE6EUqef7mPtg9KwJs7iJH4JHRMfIZIn18MrJh6Xz4gVvWDXRvzCL2j8wPlTnJVyrO4n7Qq4uM7TQ==",
    sha256: "e06ad0864463c68892ae71a2a64af7eae1585cac5dd9b80bc042f45605587cb1",
  },
  {
    name: "windows_arm64",
    host: "win32 arm64",
    target: "bun-windows-arm64",
    package: "@oven/bun-windows-aarch64",
    integrity:
      "sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==",
    sha256: "8bd7f9210f9d58cc21f398d1478e53b2ff919a0c8fc935b5086f3f64667cec6d",
  },
];

/** How an executable of this name is called on a platform. */
export const executableName = (name, platform) =>
  platform.name.startsWith("windows") ? `${name}.exe` : name;

/** The platform that this process runs on, or undefined when there is no release for it. */
export const hostPlatform = () =>
  PLATFORMS.find(({ host }) => host === `${process.platform} ${process.arch}`);
