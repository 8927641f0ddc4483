const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every bound on data from outside, far above what KakaoCloud sends. What passes one is an error that says so, or is
 * shortened where it is only shown.
 */
export const LIMITS = {
  /** The body of one response. A page of 1,000 images takes about 1 MiB. */
  responseBytes: 32 * MIB,
  /** How deep the JSON of a response may be nested; the API nests 6 levels. */
  jsonDepth: 64,
  /** The largest error body that is parsed; of a larger one the beginning is read as text. */
  errorJsonCharacters: 64 * KIB,
  /** The part of an error body that is read as text. */
  errorTextCharacters: 4 * KIB,
  /** Validation errors of one response that are shown, and the steps of the path to a wrong field. */
  errorDetails: 10,
  errorPathSteps: 16,
  /** A text from outside within a message. */
  quotedCharacters: 300,
  /** The id of an object; the API's are UUIDs of 36 characters. */
  idCharacters: 255,
  /** A duration as text. */
  durationCharacters: 1_000,
  /** A point in time as text. */
  timeCharacters: 64,
  /** The base URL of a service. */
  urlCharacters: 2 * KIB,
  /** A token, as it travels in a header; servers reject larger headers. */
  tokenCharacters: 16 * KIB,
  /** The pages, items and bytes of one list. A project holds some hundred images; the public ones are some thousand. */
  listPages: 2_000,
  listItems: 100_000,
  listBytes: 512 * MIB,
  /** Consecutive pages of one list without anything new, before the list counts as read. */
  listStalePages: 8,
  /** The response of a proxy to CONNECT, headers included. */
  proxyResponseBytes: 16 * KIB,
  /** A file with certificate authorities, and the files of a folder with them; a system has about 150 in 220 KiB. */
  certificateFileBytes: 4 * MIB,
  certificateFiles: 2_000,
  /** The create journal, and one line of it. A create takes three lines of some hundred bytes, which are removed again. */
  journalBytes: 4 * MIB,
  journalLineCharacters: 64 * KIB,
  /** The detail of one diagnostic. */
  diagnosticCharacters: 16 * KIB,
} as const;
