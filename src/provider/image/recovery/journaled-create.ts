import type { WriteCall } from "../../../framework/call.ts";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "../../../framework/diagnostics.ts";
import type { PartialState } from "../../../framework/schema.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image, ImageInput } from "../../../kakaocloud/images.ts";
import { JOURNALED_REQUEST_MS } from "../../defaults.ts";
import { explain, type OperationLabel } from "../../explain.ts";
import { type ClaimedEntry, JOURNAL_VARIABLE, type Journal, type JournalEntry } from "../../journal.ts";
import type { CreateKey } from "../../journal-lines.ts";
import type { Session } from "../../session.ts";
import { confirmNotFound } from "../not-found.ts";
import { ownership } from "../ownership.ts";
import type { imageSchema } from "../schema.ts";
import { isSameDescription, NO_DESCRIPTION } from "../state.ts";
import { imagePhase } from "../status.ts";
import { type LostCreate, searchImage } from "./recover-create.ts";

type CreateCall = WriteCall<Session, PartialState<typeof imageSchema>>;
type Create = Required<ImageInput> & { readonly volumeId: string };

const MAX_EXISTING = 100;

/**
 * Records in the journal that a create request is about to be sent; nothing without a journal.
 *
 * @throws DiagnosticError where that cannot be written: the user wants no create without it.
 */
export async function journalCreate(
  create: Omit<LostCreate, "lostAt">,
  call: CreateCall,
): Promise<JournalEntry | undefined> {
  const { journal } = call.client;
  if (journal === undefined) return undefined;
  const key = await keyOf(create, call);
  return use(journal, () =>
    journal.begin({
      ...key,
      sent_at: create.sentAt,
      volume_was_free: create.volumeWasFree,
      existing: [...create.existing].slice(0, MAX_EXISTING),
    }),
  );
}

/**
 * Adopts the image of an equal create that an ended process left open in the journal. With an ID it is that image, if it still
 * exists and is what this create would create. Without one it needs the same evidence as a create whose response was lost.
 */
export async function adoptJournaledImage(
  create: Create,
  label: OperationLabel,
  call: CreateCall,
): Promise<Image | undefined> {
  const { journal, creates } = call.client;
  if (journal === undefined) return undefined;
  const key = await keyOf(create, call);
  const claim = () => use(journal, () => journal.claim(key));
  for (let entry = claim(); entry !== undefined; entry = claim()) {
    const image = await findImage(entry, create, journal, call).catch((error: unknown) => {
      throw explain(label, error, call);
    });
    if (image === undefined) continue;
    call.save({ id: image.id });
    creates.created("image", image.id);
    entry.created(image.id);
    call.onDelivered(entry.close);
    call.report(
      warningDiagnostic(
        "Image Recovered",
        `A run that was killed created image "${create.name}" (${image.id}) and could not save it. It is in the journal ${journal.path}. ` +
          "Terraform manages it from now on.",
      ),
    );
    return image;
  }
  return undefined;
}

function use<T>(journal: Journal, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw journalUnusable(journal.path, error);
  }
}

async function keyOf({ volumeId, name, description }: Create, call: CreateCall): Promise<CreateKey> {
  const kakaocloud = call.client.kakaocloud();
  const endpoint = await kakaocloud.endpoint("volume", call);
  const project = kakaocloud.location().projectId ?? "";
  return {
    endpoint,
    project,
    volume_id: volumeId.toLowerCase(),
    name,
    description: description || NO_DESCRIPTION,
  };
}

function findImage(
  entry: ClaimedEntry,
  create: Create,
  journal: Journal,
  call: CreateCall,
): Promise<Image | undefined> {
  const { imageId } = entry;
  return imageId === undefined
    ? findUnknownImage(entry, create, journal, call)
    : findKnownImage(entry, imageId, create, call);
}

async function findKnownImage(
  entry: ClaimedEntry,
  imageId: string,
  { name, description }: Create,
  call: CreateCall,
): Promise<Image | undefined> {
  const { creates, kakaocloud } = call.client;
  if (creates.isManaged("image", imageId)) {
    entry.close();
    return undefined;
  }
  const createdAt = new Date(entry.intent.sent_at).toISOString();
  const found = await kakaocloud()
    .images.get(imageId, call)
    .catch((error: unknown) => {
      if (!isKakaoCloudError(error, "not_found")) throw error;
      return confirmNotFound(imageId, { name, created_at: createdAt, status: null }, call);
    });
  if (found === null || imagePhase(found.status) === "deleted") {
    entry.close();
    return undefined;
  }
  const isSame =
    found.name === name && isSameDescription(found.description, description) && ownership(found) !== "other";
  if (isSame) return found;
  call.log.warn(`image ${imageId} of the journal was changed since; it is not adopted`);
  return undefined;
}

async function findUnknownImage(
  { intent, isOnly, close }: ClaimedEntry,
  create: Create,
  journal: Journal,
  call: CreateCall,
): Promise<Image | undefined> {
  if (!isOnly) return undefined;
  const { sent_at: sentAt, volume_was_free: volumeWasFree } = intent;
  // What other creates of the journal created is not this one's image, although this process does not know the state that has it.
  const existing = new Set([...intent.existing, ...use(journal, journal.imageIds)]);
  const lostAt = sentAt + JOURNALED_REQUEST_MS;
  const lost: LostCreate = { ...create, volumeWasFree, existing, sentAt, lostAt };
  call.log.info("a create request of the journal has no response; searching for the image", {
    sent_at: sentAt,
  });
  const settled = call.client.creates.begin("image", create.name);
  try {
    const { image, candidates } = await searchImage(lost, call);
    if (candidates?.length === 0) close();
    return image;
  } finally {
    settled();
  }
}

/** The error for a journal that cannot be used. */
export function journalUnusable(path: string, error: unknown): DiagnosticError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DiagnosticError(
    errorDiagnostic(
      "Unable to Use the Create Journal",
      `${JOURNAL_VARIABLE} names the file ${path}, but it cannot be used: ${reason}. Set ${JOURNAL_VARIABLE} to a file in a folder that ` +
        "the user who runs Terraform can write, or unset it. Without it, an image that a killed run created has to be imported by hand.",
    ),
  );
}
