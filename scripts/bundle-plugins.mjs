// esbuild plugins that keep things out of the program which a provider does not need, or not yet. Each fails the build when a
// package no longer has what it is about, so that an upgrade cannot undo it unnoticed.
import { readFileSync } from "node:fs";

/** Replaces imports: `from` is a pattern for the importing file, `path` what it imports, `contents` what it gets instead. */
function replaceImports(name, replacements) {
  return {
    name,
    setup(build) {
      const found = new Set();
      build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const index = replacements.findIndex((entry) => entry.path === path && entry.from.test(importer));
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
          .map(({ from, path }) => ({ text: `${name}: nothing like ${from} imports ${path} any more` })),
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

/**
 * Leaves gRPC's client out. grpc-js's server imports it for two things that a plugin does not do: metrics that calls report about
 * themselves (orca), and a service that describes the server's channels (channelz). What is left is a third.
 */
export const grpcServerOnly = replaceImports("grpc-server-only", [
  {
    from: /\/server-interceptors\.js$/,
    path: "./orca",
    contents:
      "exports.PerRequestMetricRecorder = class {}; exports.GRPC_METRICS_HEADER = 'endpoint-load-metrics-bin';",
  },
  { from: /\/channelz\.js$/, path: "./make-client", contents: "" },
  { from: /\/channelz\.js$/, path: "@grpc/proto-loader", contents: "" },
]);

/**
 * Leaves out of axios what sends forms and what fetches. Loading them, and Node's own fetch which axios looks for, takes ten times
 * as long as the HTTP adapter, in each process that calls the API.
 */
export const axiosHttpOnly = [
  replaceImports("axios-http-only", [
    {
      from: /\/adapters\/adapters\.js$/,
      path: "./fetch.js",
      contents: "export const getFetch = () => undefined;",
    },
    {
      from: /\/node\/classes\/FormData\.js$/,
      path: "form-data",
      contents: "export default class FormData {}",
    },
  ]),
  replaceText(
    "axios-no-global-form-data",
    /\/axios\/lib\/utils\.js$/,
    "typeof G.FormData !== 'undefined'",
    "false",
  ),
  // What writes lines for the developers of these packages: it looks at the terminal first, and the lines could show a proxy's credentials.
  replaceImports(
    "axios-silent",
    ["agent-base", "https-proxy-agent", "follow-redirects"].map((name) => ({
      from: new RegExp(`/node_modules/${name}/`),
      path: "debug",
      contents: "module.exports = () => () => {};",
    })),
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

/** Puts the response of GetProviderSchema into the program, see src/entry/prebuilt-schema.ts. */
export const prebuiltSchema = (bytes) =>
  replaceText(
    "prebuilt-schema",
    /\/src\/entry\/prebuilt-schema\.ts$/,
    'PREBUILT_SCHEMA: string = ""',
    `PREBUILT_SCHEMA: string = "${Buffer.from(bytes).toString("base64")}"`,
    "ts",
  );

/** Leaves what is imported by this name in a file of its own in dist/, which is read when it is first imported. */
export const separate = (imported, file) => ({
  name: "separate",
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path === imported ? { path: `./${file}`, external: true } : undefined,
    );
  },
});
