// Preloaded by the build into one run of the provider: at its end, keeps what V8 has compiled of provider.js, so that the next
// runs need not compile it again. Only functions that ran are kept, therefore the run is one through real work.
const { writeFileSync } = require("node:fs");
const vm = require("node:vm");

const { CODE_CACHE_OUTPUT, CODE_CACHE_NAME } = process.env;
const { Script } = vm;

vm.Script = class extends Script {
  constructor(source, options) {
    // The cache holds the file's name: the one that it will have, not the one that it has while it is built.
    super(source, { ...options, filename: CODE_CACHE_NAME });
    process.once("exit", () => writeFileSync(CODE_CACHE_OUTPUT, this.createCachedData()));
  }
};
