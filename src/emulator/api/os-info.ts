import type * as v from "valibot";
import { flag, objectOf, text } from "../input.ts";

/** What is known about the operating system on an image or a volume. */
export const osInfo = objectOf({
  type: text(),
  distro: text(),
  architecture: text(),
  admin_user: text(),
  is_hidden: flag,
});
/** What is known about an operating system. */
export type OsInfo = Readonly<v.InferOutput<typeof osInfo>>;

/** The operating system of Linux images that name none. */
export const LINUX: OsInfo = {
  type: "LINUX",
  distro: "ubuntu",
  architecture: "x86_64",
  admin_user: "ubuntu",
  is_hidden: false,
};
/** The operating system of Windows images. */
export const WINDOWS: OsInfo = { ...LINUX, type: "WINDOWS", distro: "windows", admin_user: "Administrator" };
