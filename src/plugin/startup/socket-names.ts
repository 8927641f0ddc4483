/** Short on every Unix, for when TMPDIR is not. */
const SHORT_TMPDIR = "/tmp";

/** The folders in which a socket's own folder can be, the preferred one first. */
export const socketParents = (env: NodeJS.ProcessEnv): readonly string[] => [
  ...new Set([env.TMPDIR || SHORT_TMPDIR, SHORT_TMPDIR]),
];

/** What the name of each socket's folder begins with; mkdtemp appends six characters. */
export const FOLDER_PREFIX = "kakaocloud-";

/** The name of a process's socket in its folder: later processes see whose it was. */
export const socketName = (pid: number): string => `${pid}.sock`;

const FOLDER = new RegExp(`^${FOLDER_PREFIX}[A-Za-z0-9]{6}$`);

/** Whether a folder can be that of a socket. */
export const isSocketFolder = (name: string): boolean => FOLDER.test(name);

/** The process that a socket is named after, or undefined for any other file. */
export function pidOfSocket(name: string): number | undefined {
  const [, pid] = /^([1-9]\d{0,9})\.sock$/.exec(name) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
