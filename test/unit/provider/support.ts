// The first request loads it otherwise, within the time limit of whichever test sends that.
import "axios";
import { createRedactor } from "../../../src/base/redaction.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { Settings } from "../../../src/emulator/settings.ts";
import { type Diagnostic, DiagnosticError } from "../../../src/framework/diagnostics.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";
import {
  applyResourceChange,
  type OperationContext,
  type OperationOutput,
  readDataSource,
  readResource,
} from "../../../src/framework/operations.ts";
import { formatPath } from "../../../src/framework/path.ts";
import { type PlanOutput, planResourceChange } from "../../../src/framework/plan.ts";
import type { AnyDataSource, AnyListResource, AnyResource } from "../../../src/framework/provider.ts";
import { runList } from "../../../src/framework/run-list.ts";
import type { Schema } from "../../../src/framework/schema.ts";
import { validateConfig } from "../../../src/framework/validate.ts";
import type { ObjectValue, Value } from "../../../src/framework/value.ts";
import { createKakaoCloud, type KakaoCloud } from "../../../src/kakaocloud/client.ts";
import { openSession, type Session, type SessionOptions } from "../../../src/provider/session.ts";
import { releaseLater } from "../../harness/cleanup.ts";

/** A KakaoCloud on this machine, and the provider's operations on it as Terraform would call them. */
export interface TestCloud {
  readonly emulator: Emulator;
  /** Log messages, oldest first. */
  readonly logged: readonly string[];
  /** As if the user interrupted, from now on. */
  interrupt(): void;
  /** Plans and applies a configuration. */
  apply(
    resource: AnyResource<Session>,
    config: ObjectValue,
    prior?: ObjectValue | null,
  ): Promise<OperationOutput>;
  /** What the API says against the plan of a configuration. */
  checkPlan(
    resource: AnyResource<Session>,
    config: ObjectValue,
    prior?: ObjectValue | null,
  ): Promise<readonly Diagnostic[]>;
  destroy(resource: AnyResource<Session>, prior: ObjectValue): Promise<OperationOutput>;
  refresh(resource: AnyResource<Session>, current: ObjectValue): Promise<OperationOutput>;
  lookUp(dataSource: AnyDataSource<Session>, config: ObjectValue): Promise<Omit<OperationOutput, "private">>;
  /** Lists with a list resource, and returns what it says. */
  list(
    listResource: AnyListResource<Session>,
    resource: AnyResource<Session>,
    config: ObjectValue,
  ): Promise<Pick<OperationOutput, "diagnostics">>;
  /** `GET /path` of each request since the last call of this, but not those for tokens and endpoints. */
  requests(): readonly string[];
}

/** Starts a cloud that stops with the test, or with the file outside of one. Requests for images are shared by default. */
export async function startCloud(
  settings: Partial<Settings> = {},
  {
    change = unchanged,
    overrides = SERVICES,
    ...options
  }: SessionOptions & {
    readonly change?: (client: KakaoCloud) => KakaoCloud;
    /** The services whose endpoints need not be looked up; all by default. */
    readonly overrides?: readonly string[];
  } = {},
): Promise<TestCloud> {
  const emulator = await startEmulator({ profile: "instant", settings });
  releaseLater(() => emulator.stop());
  const logged: string[] = [];
  const controller = new AbortController();
  const context: OperationContext<Session> = {
    client: openSession(change(clientOf(emulator, overrides)), options),
    log: createLogger(({ message }) => logged.push(message), createRedactor(), "provider"),
    signals: [controller.signal],
  };
  return {
    emulator,
    logged,
    interrupt: () => controller.abort(new OperationStopped("stopped")),
    apply(resource, config, prior = null) {
      const complete = completed(resource.schema, config);
      const { planned } = plan(resource, config, prior);
      return applyResourceChange(
        resource,
        { prior, planned, config: complete, plannedPrivate: new Uint8Array() },
        context,
      );
    },
    checkPlan(resource, config, prior = null) {
      const { planned } = plan(resource, config, prior);
      const request = { config: completed(resource.schema, config), plan: planned, prior } as never;
      const { client, log } = context;
      return resource.checkPlan?.(request, { client, log, signal: controller.signal }) ?? Promise.resolve([]);
    },
    destroy: (resource, prior) =>
      applyResourceChange(
        resource,
        { prior, planned: null, config: null, plannedPrivate: new Uint8Array() },
        context,
      ),
    refresh: (resource, current) =>
      readResource(
        resource,
        { current: completed(resource.schema, current), private: new Uint8Array() },
        context,
      ),
    lookUp: (dataSource, config) => readDataSource(dataSource, completed(dataSource.schema, config), context),
    async list(listResource, resource, config) {
      const complete = completed(listResource.schema, config);
      const input = { typeName: "", config: complete, includeResource: true, limit: 0n };
      const diagnostics: Diagnostic[] = [];
      try {
        for await (const event of runList(listResource, resource, input, context)) {
          if ("diagnostics" in event) diagnostics.push(...event.diagnostics);
        }
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        diagnostics.push(...error.diagnostics);
      }
      return { diagnostics };
    },
    requests() {
      const lines = emulator
        .journal()
        .filter(({ path }) => path.startsWith("/api/v1/") && !path.includes("client-endpoints"))
        .map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
      emulator.clearJournal();
      return lines;
    },
  };
}

const SERVICES = ["iam", "config", "image", "volume", "bcs"];

/** An API client of its own, as another run has one. */
export function clientOf({ url }: Emulator, overrides: readonly string[] = SERVICES): KakaoCloud {
  const endpointOverrides = Object.fromEntries(overrides.map((service) => [service, url]));
  const credentials = { id: "someone", secret: "something" };
  return createKakaoCloud({ credentials, endpointOverrides, userAgent: "test" });
}

const unchanged = (client: KakaoCloud): KakaoCloud => client;

/** Plans as Terraform does: computed attributes that are not configured are proposed as they were. */
export function plan(
  resource: AnyResource<Session>,
  config: ObjectValue,
  prior: ObjectValue | null = null,
): PlanOutput {
  const complete = completed(resource.schema, config);
  const proposed = Object.fromEntries(
    Object.entries(resource.schema.attributes).map(([name, { computed }]) => [
      name,
      (complete[name] ?? (computed ? prior?.[name] : null)) as Value,
    ]),
  );
  const output = planResourceChange(resource as AnyResource<never>, {
    prior,
    config: complete,
    proposed: nulled(proposed),
  });
  return output;
}

/** The findings about a configuration, as `path: summary`. */
export function validate(
  owner: AnyResource<Session> | AnyDataSource<Session>,
  config: ObjectValue,
): readonly string[] {
  const complete = completed(owner.schema, config);
  const found = [
    ...validateConfig(owner.schema, complete, { writeOnlyAllowed: true }),
    ...(owner.validate?.(complete as never) ?? []),
  ];
  return found.map(({ path, detail }) => `${formatPath(path ?? [])}: ${detail}`);
}

/** The texts of diagnostics, as the user reads them. */
export function texts(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ summary, detail }) => `${summary}\n${detail}`).join("\n");
}

/** The objects in a list attribute of a state. */
export function elements(state: ObjectValue | null, attribute: string): readonly ObjectValue[] {
  return (state?.[attribute] ?? []) as readonly ObjectValue[];
}

function completed(schema: Schema, given: ObjectValue): ObjectValue {
  return Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, given[name] ?? null]));
}

function nulled(object: ObjectValue): ObjectValue {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, value ?? null]));
}
