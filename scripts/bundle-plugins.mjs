// esbuild plugins that keep things out of the program which a provider does not need, or not yet. Each fails the build when a
// package no longer has what it is about, so that an upgrade cannot undo it unnoticed.
import { readFileSync } from "node:fs";

/**
 * Replaces imports: in files whose path in node_modules begins with `from`, what they import as `path` is `contents` instead. `omitted`
 * names what the real module exports besides and nobody here needs, so that a test can tell when an upgrade brings more.
 */
function replaceImports(name, replacements) {
  return {
    name,
    setup(build) {
      const found = new Set();
      build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const file = importer.replaceAll("\\", "/");
        const index = replacements.findIndex(
          (entry) => entry.path === path && file.includes(`/node_modules/${entry.from}`),
        );
        if (index < 0) return undefined;
        found.add(index);
        return { path: `${index}`, namespace: name };
      });
      build.onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
        contents: replacements[Number(path)].contents,
      }));
      build.onEnd(() => ({
        errors: replacements
          .filter((_, index) => !found.has(index))
          .map(({ from, path }) => ({ text: `${name}: nothing in ${from} imports ${path} any more` })),
      }));
    },
  };
}

/** Replaces a piece of code in one file. */
function replaceText(name, file, text, replacement, loader = "js") {
  return {
    name,
    setup(build) {
      let found = false;
      build.onLoad({ filter: file }, ({ path }) => {
        const contents = readFileSync(path, "utf8");
        found ||= contents.includes(text);
        return { contents: contents.replace(text, replacement), loader };
      });
      build.onEnd(() => ({
        errors: found ? [] : [{ text: `${name}: ${file} holds no "${text}" any more` }],
      }));
    },
  };
}

const GRPC_CLIENT = [
  {
    from: "@grpc/grpc-js/build/src/server-interceptors.js",
    path: "./orca",
    contents:
      "exports.PerRequestMetricRecorder = class {}; exports.GRPC_METRICS_HEADER = 'endpoint-load-metrics-bin';",
    omitted: [
      "ServerMetricRecorder",
      "OrcaOobMetricsSubchannelWrapper",
      "createOrcaClient",
      "createMetricsReader",
    ],
  },
  {
    from: "@grpc/grpc-js/build/src/channelz.js",
    path: "./make-client",
    contents: "",
    omitted: ["makeClientConstructor", "loadPackageDefinition"],
  },
  {
    from: "@grpc/grpc-js/build/src/channelz.js",
    path: "@grpc/proto-loader",
    contents: "",
    omitted: [
      "Long",
      "isAnyExtension",
      "IdempotencyLevel",
      "load",
      "loadSync",
      "fromJSON",
      "loadFileDescriptorSetFromBuffer",
      "loadFileDescriptorSetFromObject",
    ],
  },
];

/**
 * Leaves gRPC's client out. grpc-js's server imports it for two things that a plugin does not do: metrics that calls report about
 * themselves (orca), and a service that describes the server's channels (channelz). What is left is a third.
 */
export const grpcServerOnly = replaceImports("grpc-server-only", GRPC_CLIENT);

const AXIOS_UNUSED = [
  {
    from: "axios/lib/adapters/adapters.js",
    path: "./fetch.js",
    contents: "export const getFetch = () => undefined;",
    omitted: ["default"],
  },
  {
    from: "axios/lib/platform/node/classes/FormData.js",
    path: "form-data",
    contents: "export default class FormData {}",
    omitted: ["LINE_BREAK", "DEFAULT_CONTENT_TYPE"],
  },
  // Tunnels and the environment's proxies are src/http's, which starts each request itself and follows no redirects.
  {
    from: "axios/lib/adapters/http.js",
    path: "https-proxy-agent",
    contents: "export default class HttpsProxyAgent {}",
    omitted: ["HttpsProxyAgent"],
  },
  {
    from: "axios/lib/adapters/http.js",
    path: "proxy-from-env",
    contents: "export const getProxyForUrl = () => '';",
    omitted: [],
  },
  {
    from: "axios/lib/adapters/http.js",
    path: "follow-redirects",
    contents: "export default {};",
    omitted: ["http", "https", "wrap", "maxRedirects", "maxBodyLength"],
  },
];

/** All imports that are replaced, for the test that holds them against the real modules. */
export const REPLACED_IMPORTS = [...GRPC_CLIENT, ...AXIOS_UNUSED];

/**
 * Leaves out of axios what sends forms, fetches, or decides where a request goes. Loading forms and fetch, Node's own included which
 * axios looks for, takes ten times as long as the HTTP adapter, in each process that calls the API.
 */
export const axiosHttpOnly = [
  replaceImports("axios-http-only", AXIOS_UNUSED),
  replaceText(
    "axios-no-global-form-data",
    /[\\/]axios[\\/]lib[\\/]utils\.js$/,
    "typeof G.FormData !== 'undefined'",
    "false",
  ),
];

/** Fails the build when a module is in the program whose path matches the pattern. */
export const forbid = (pattern, reason) => ({
  name: "forbid",
  setup(build) {
    build.onEnd(({ metafile }) => ({
      errors: Object.keys(metafile.inputs)
        .filter((input) => pattern.test(input))
        .map((input) => ({ text: `${input} got into the program: ${reason}` })),
    }));
  },
});

/** Puts the responses that are encoded ahead into the program, see src/entry/prebuilt-responses.ts. */
export const prebuiltResponses = (responses) => {
  const encoded = Object.entries(responses).map(([rpc, bytes]) => [
    rpc,
    Buffer.from(bytes).toString("base64"),
  ]);
  return replaceText(
    "prebuilt-responses",
    /[\\/]src[\\/]entry[\\/]prebuilt-responses\.ts$/,
    "PREBUILT_RESPONSES: Readonly<Record<string, string>> = {}",
    `PREBUILT_RESPONSES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(encoded))}`,
    "ts",
  );
};

/** Leaves what is imported by this name in a file of its own in dist/, which is read when it is first imported. */
export const separate = (imported, file) => ({
  name: "separate",
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path === imported ? { path: `./${file}`, external: true } : undefined,
    );
  },
});
