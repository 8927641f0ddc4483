/** The import table of the house: which folder under src/ may import which. Everything not listed is forbidden. */
const MAY_IMPORT = {
  base: [],
  protobuf: [],
  plugin: ["protobuf", "base"],
  framework: ["base"],
  protocol: ["framework", "protobuf", "base"],
  http: ["base"],
  kakaocloud: ["http", "base"],
  provider: ["framework", "kakaocloud", "base"],
  importer: ["framework", "kakaocloud", "provider", "base"],
  emulator: ["base"],
  entry: ["plugin", "protobuf", "protocol", "framework", "provider", "importer", "base"],
};

const layerRule = ([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${allowed.length ? allowed.map((f) => `src/${f}`).join(", ") : "nothing of ours"}`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: [folder, ...allowed].map((f) => `^src/${f}/`) },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "src-never-imports-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|scripts)/" },
    },
    {
      name: "resolvable",
      severity: "error",
      from: { path: "^(src|test)/" },
      to: { couldNotResolve: true },
    },
    ...Object.entries(MAY_IMPORT).map(layerRule),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mts", ".js", ".mjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "default"],
    },
  },
};
