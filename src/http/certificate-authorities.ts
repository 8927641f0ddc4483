import { X509Certificate } from "node:crypto";
import { opendirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LIMITS } from "../base/limits.ts";

/** The certificate authorities that the environment names. */
export interface Authorities {
  /** Certificates as PEM; undefined where the environment names none, so that the runtime's own count. */
  readonly ca: readonly string[] | undefined;
  /** What could not be used, for messages: `SSL_CERT_FILE names /x.pem, which could not be read (ENOENT)`. */
  readonly problems: readonly string[];
}

/**
 * The authorities that `SSL_CERT_FILE` (a file) and `SSL_CERT_DIR` (folders) name, as Go programs and curl read them. The file
 * stands for the system's file and the folders for the system's folders: the runtime's authorities count as well unless both
 * are set. Those of `NODE_EXTRA_CA_CERTS` always do. What cannot be read is left out, as there: another authority may do.
 */
export function readAuthorities(
  runtimeAuthorities: () => readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Authorities {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders, NODE_EXTRA_CA_CERTS: extra } = env;
  if (!file && !folders) return { ca: undefined, problems: [] };
  const found = new Set(file && folders ? [] : runtimeAuthorities());
  const problems: string[] = [];
  const add = (variable: string, path: string, addFrom: (path: string, found: Set<string>) => boolean) => {
    try {
      if (!addFrom(path, found)) problems.push(`${variable} names ${path}, which holds no certificate`);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      problems.push(`${variable} names ${path}, which could not be read (${code ?? message})`);
    }
  };
  // The runtime reads this file by itself, but not beside other authorities.
  if (extra) add("NODE_EXTRA_CA_CERTS", extra, addFile);
  if (file) add("SSL_CERT_FILE", file, addFile);
  for (const folder of (folders ?? "").split(delimiter).filter((name) => name !== "")) {
    add("SSL_CERT_DIR", folder, addFolder);
  }
  return { ca: [...found], problems };
}

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";

/**
 * Adds the certificates of a PEM file and returns whether it has any; other things in it are skipped. Throws where it cannot be
 * read, is no file or is too large.
 */
function addFile(path: string, found: Set<string>): boolean {
  const status = statSync(path);
  // A pipe would be waited for.
  if (!status.isFile()) throw new Error("not a file");
  if (status.size > LIMITS.certificateFileBytes)
    throw new Error(`larger than ${LIMITS.certificateFileBytes} bytes`);
  const text = readFileSync(path, "latin1");
  let hasAny = false;
  for (let start = text.indexOf(BEGIN); start >= 0; start = text.indexOf(BEGIN, start + BEGIN.length)) {
    const end = text.indexOf(END, start);
    if (end < 0) break;
    const certificate = `${text.slice(start, end)}${END}\n`;
    if (!found.has(certificate) && !isCertificate(certificate)) continue;
    found.add(certificate);
    hasAny = true;
  }
  return hasAny;
}

/** Adds the certificates of all files in a folder. */
function addFolder(folder: string, found: Set<string>): true {
  const directory = opendirSync(folder);
  try {
    for (let count = 0; count < LIMITS.certificateFiles; count += 1) {
      const entry = directory.readSync();
      if (entry === null) break;
      try {
        addFile(join(folder, entry.name), found);
      } catch {
        // What lies there beside certificates, such as a link to nowhere, is nothing to complain about.
      }
    }
  } finally {
    directory.closeSync();
  }
  return true;
}

/** A broken one would make TLS refuse all others. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
