import { formatPath, type Path } from "../framework/path.ts";

/** A value that cannot be decoded or encoded, and where in it the error is. */
export class CodecError extends Error {
  readonly path: Path;

  constructor(problem: string, path: Path = []) {
    super(path.length > 0 ? `${formatPath(path)}: ${problem}` : problem);
    this.name = "CodecError";
    this.path = path;
  }
}
