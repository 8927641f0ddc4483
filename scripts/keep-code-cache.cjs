// Preloaded by the build into one run of the provider: at its end, keeps what V8 has compiled of its programs, so that the next
// runs need not compile it again. Only functions that ran are kept, therefore the run is one through real work.
const { writeFileSync } = require("node:fs");
const { basename, join } = require("node:path");
const vm = require("node:vm");

const { CODE_CACHE_OUTPUT, CODE_CACHE_FOLDER } = process.env;
const { Script } = vm;

vm.Script = class extends Script {
  constructor(source, options) {
    const name = basename(options.filename);
    // The cache holds the file's name: the one that it will have, not the one that it has while it is built.
    super(source, { ...options, filename: join(CODE_CACHE_FOLDER, name) });
    const output = join(CODE_CACHE_OUTPUT, name);
    process.once("exit", () => writeFileSync(output, this.createCachedData()));
  }
};
