import { LIMITS } from "../base/limits.ts";

/** How long an open create counts. Whoever has not run again after a week finds the image by its name. */
const MAX_AGE_MS = 7 * 24 * 60 * 60_000;

/** What has to be equal for another create to be the same one. */
export interface CreateKey {
  readonly endpoint: string;
  readonly project: string;
  readonly volume_id: string;
  readonly name: string;
  readonly description: string;
}

/** A create request that is about to be sent. No secret is in it. */
export interface CreateIntent extends CreateKey {
  /** Epoch milliseconds by the API's clock. */
  readonly sent_at: number;
  readonly volume_was_free: boolean;
  /** Ids of images of the name that existed before, as far as known. */
  readonly existing: readonly string[];
}

/** The process that a create belongs to. Each claim has its own token. */
export interface Owner {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
}

/** A create as the lines of the journal describe it. */
export interface JournaledCreate {
  readonly intent: CreateIntent;
  readonly owner: Owner;
  /** In lower case. */
  readonly imageId?: string | undefined;
  readonly closed?: boolean | undefined;
}

const KEY_FIELDS = ["endpoint", "project", "volume_id", "name", "description"] as const;

export function isSameKey(one: CreateKey, other: CreateKey): boolean {
  return KEY_FIELDS.every((field) => one[field] === other[field]);
}

/** Whether no state is known to have what the create created. */
export function isOpen({ closed, intent }: JournaledCreate): boolean {
  return closed !== true && Math.abs(Date.now() - intent.sent_at) < MAX_AGE_MS;
}

/** A create as a line. A claim names the token that it replaces. */
export function formatLine(entry: string, create: JournaledCreate, claim?: string): string {
  const { intent, owner, imageId: image_id, closed } = create;
  return JSON.stringify({ entry, intent, owner, image_id, closed, claim });
}

/**
 * Applies a line to the creates so far. Each line holds all that was known, and lines may come in another order than they were written
 * in: what is known stays known. Only the first of several claims counts. Lines in another form are ignored: the end of the file may
 * be missing, and nobody else writes lines that mean anything here.
 */
export function applyLine(entries: Map<string, JournaledCreate>, line: string): void {
  const { entry: id, claim, ...fields } = parseLine(line);
  const found = readCreate(fields);
  if (typeof id !== "string" || found === undefined) return;
  const known = entries.get(id);
  entries.set(id, {
    intent: known?.intent ?? found.intent,
    owner: known === undefined || claim === known.owner.token ? found.owner : known.owner,
    imageId: known?.imageId ?? found.imageId,
    closed: known?.closed || found.closed,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function parseLine(line: string): Fields {
  if (line.length > LIMITS.journalLineCharacters) return {};
  try {
    return asFields(JSON.parse(line));
  } catch {
    return {};
  }
}

const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};

function readCreate({ intent: givenIntent, owner: givenOwner, image_id, closed }: Fields) {
  const [intent, owner] = [readIntent(givenIntent), readOwner(givenOwner)];
  if (intent === undefined || owner === undefined) return undefined;
  const isId = typeof image_id === "string" && image_id.length <= LIMITS.idCharacters;
  return { intent, owner, imageId: isId ? image_id.toLowerCase() : undefined, closed: closed === true };
}

function readIntent(value: unknown): CreateIntent | undefined {
  const { sent_at, volume_was_free, existing, ...fields } = asFields(value);
  const [endpoint, project, volume_id, name, description] = KEY_FIELDS.map((field) => fields[field]);
  if (typeof sent_at !== "number" || !Number.isFinite(sent_at)) return undefined;
  if (typeof endpoint !== "string" || typeof project !== "string" || typeof volume_id !== "string") {
    return undefined;
  }
  if (typeof name !== "string" || typeof description !== "string") return undefined;
  const ids: readonly unknown[] = Array.isArray(existing) ? existing : [];
  return {
    endpoint,
    project,
    volume_id,
    name,
    description,
    sent_at,
    volume_was_free: volume_was_free === true,
    existing: ids.filter((id) => typeof id === "string"),
  };
}

function readOwner(value: unknown): Owner | undefined {
  const { token, host, pid } = asFields(value);
  if (typeof token !== "string" || typeof host !== "string") return undefined;
  return Number.isSafeInteger(pid) && Number(pid) > 0 ? { token, host, pid: Number(pid) } : undefined;
}
