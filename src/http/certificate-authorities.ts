import { X509Certificate } from "node:crypto";
import { type Dirent, opendirSync, readFileSync, statSync } from "node:fs";
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
 * The authorities that `SSL_CERT_FILE` (a file) and `SSL_CERT_DIR` (folders) name, as Go programs and curl read them. The file stands for the
 * system's file and the folders for the system's folders, so that the runtime's authorities, and those of
 * `NODE_EXTRA_CA_CERTS`, count as well unless both are set. What cannot be read is left out, as there: another authority may
 * do.
 */
export function readAuthorities(
  runtimeAuthorities: () => readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Authorities {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders, NODE_EXTRA_CA_CERTS: extra } = env;
  if (!file && !folders) return { ca: undefined, problems: [] };
  const found = new Set(file && folders ? [] : runtimeAuthorities());
  const problems: string[] = [];
  const add = (variable: string, path: string, read: () => readonly string[]) => {
    try {
      const certificates = read();
      if (certificates.length === 0) problems.push(`${variable} names ${path}, which holds no certificate`);
      for (const certificate of certificates) found.add(certificate);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      problems.push(`${variable} names ${path}, which could not be read (${code ?? message})`);
    }
  };
  // The runtime reads this file by itself, but not beside other authorities.
  if (extra && !(file && folders)) add("NODE_EXTRA_CA_CERTS", extra, () => certificatesIn(extra));
  if (file) add("SSL_CERT_FILE", file, () => certificatesIn(file));
  for (const folder of (folders ?? "").split(delimiter).filter((name) => name !== "")) {
    add("SSL_CERT_DIR", folder, () => certificatesUnder(folder));
  }
  return { ca: [...found], problems };
}

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";

/** The certificates of a PEM file; other things in it are skipped. Throws where it cannot be read, is no file or is too large. */
function certificatesIn(path: string): readonly string[] {
  const status = statSync(path);
  // A pipe would be waited for.
  if (!status.isFile()) throw new Error("not a file");
  if (status.size > LIMITS.certificateFileBytes)
    throw new Error(`larger than ${LIMITS.certificateFileBytes} bytes`);
  const text = readFileSync(path, "latin1");
  const certificates: string[] = [];
  for (let start = text.indexOf(BEGIN); start >= 0; start = text.indexOf(BEGIN, start + BEGIN.length)) {
    const end = text.indexOf(END, start);
    if (end < 0) break;
    const certificate = `${text.slice(start, end)}${END}\n`;
    if (isCertificate(certificate)) certificates.push(certificate);
  }
  return certificates;
}

/** The certificates of all files in a folder, each once; names beginning with a dot count as well. */
function certificatesUnder(folder: string): readonly string[] {
  const certificates = new Set<string>();
  const directory = opendirSync(folder);
  try {
    let entry: Dirent | null = directory.readSync();
    for (let count = 0; entry !== null && count < LIMITS.certificateFiles; count += 1) {
      for (const certificate of certificatesOfEntry(join(folder, entry.name))) certificates.add(certificate);
      entry = directory.readSync();
    }
  } finally {
    directory.closeSync();
  }
  return [...certificates];
}

/** What lies in the folder beside certificates, such as a link to nowhere, is nothing to complain about. */
function certificatesOfEntry(path: string): readonly string[] {
  try {
    return certificatesIn(path);
  } catch {
    return [];
  }
}

/** A broken one would make TLS refuse all others. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
