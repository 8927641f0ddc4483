// Leaves gRPC's client out of the program. grpc-js's server imports it for two things that a plugin does not do: metrics that
// calls report about themselves (orca), and a service that describes the server's channels (channelz). What is left is a third.
const REPLACEMENTS = [
  {
    from: /\/server-interceptors\.js$/,
    path: "./orca",
    contents:
      "exports.PerRequestMetricRecorder = class {}; exports.GRPC_METRICS_HEADER = 'endpoint-load-metrics-bin';",
  },
  { from: /\/channelz\.js$/, path: "./make-client", contents: "" },
  { from: /\/channelz\.js$/, path: "@grpc/proto-loader", contents: "" },
];

/** An esbuild plugin. Fails the build when the package no longer has what is to be replaced. */
export const grpcServerOnly = {
  name: "grpc-server-only",
  setup(build) {
    const found = new Set();
    build.onResolve({ filter: /^(\.\/(orca|make-client)|@grpc\/proto-loader)$/ }, ({ path, importer }) => {
      const index = REPLACEMENTS.findIndex((entry) => entry.path === path && entry.from.test(importer));
      if (index < 0) return undefined;
      found.add(index);
      return { path: `${index}`, namespace: "grpc-server-only" };
    });
    build.onLoad({ filter: /.*/, namespace: "grpc-server-only" }, ({ path }) => ({
      contents: REPLACEMENTS[Number(path)].contents,
    }));
    build.onEnd(({ metafile }) => {
      const inputs = Object.keys(metafile.inputs);
      const missing = REPLACEMENTS.filter((_, index) => !found.has(index)).map(({ path }) => path);
      const client = inputs.filter((input) => /grpc-js\/build\/src\/(client|channel|index)\.js$/.test(input));
      return {
        errors: [
          ...missing.map((path) => ({ text: `grpc-js's server no longer imports ${path}` })),
          ...client.map((input) => ({ text: `gRPC's client got into the program: ${input}` })),
        ],
      };
    });
  },
};
