import type { CallOptions } from "../base/call.ts";
import type { Call } from "../framework/call.ts";
import { DiagnosticError } from "../framework/diagnostics.ts";
import { isKakaoCloudError } from "../kakaocloud/errors.ts";
import { explain, problem } from "./explain.ts";
import { type Filters, readFilters, validateFilters, warnAboutEmptyFilters } from "./filters.ts";
import type { Session } from "./session.ts";

/**
 * Reads the object of a data source by its id.
 *
 * @throws DiagnosticError on the attribute `id` when there is none, and when it cannot be read.
 */
export async function readById<Item extends { readonly id: string }>(
  noun: string,
  id: string,
  read: (call: CallOptions) => Promise<Item>,
  call: Call<Session>,
): Promise<Item> {
  const label = { action: `read ${noun}`, subject: `${noun} ${id}` };
  let item: Item;
  try {
    item = await read(call);
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw explain(label, error, call);
    const remedy = "Check the ID, and that the project of the access key can see it.";
    throw explain({ ...label, attribute: "id" }, error, call, { remedy });
  }
  if (item.id.toLowerCase() === id.toLowerCase()) return item;
  throw problem(
    label,
    `the API returned another ${noun} (${item.id})`,
    "Check the endpoints in endpoint_overrides.",
  );
}

/**
 * Reads a whole list, with the filters of its configuration: the API filters, and what it may have matched too loosely
 * is left out here.
 *
 * @throws DiagnosticError when a filter is wrong (one that was unknown at plan is only now known) or the list cannot be read.
 */
export async function readMatching<Item, Name extends string>(
  plural: string,
  filters: Filters<Item, Name>,
  config: Parameters<typeof readFilters>[1],
  list: (query: Partial<Record<Name, string>>, call: CallOptions) => Promise<readonly Item[]>,
  call: Call<Session>,
): Promise<readonly Item[]> {
  const findings = validateFilters(filters, config);
  if (findings.length > 0) throw new DiagnosticError(...findings);
  for (const warning of warnAboutEmptyFilters(config)) call.report(warning);
  const { query, keeps } = readFilters(filters, config);
  try {
    return (await list(query, call)).filter(keeps);
  } catch (error) {
    throw explain({ action: `list ${plural}`, subject: `the ${plural}` }, error, call);
  }
}
