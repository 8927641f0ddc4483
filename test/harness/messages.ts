/**
 * The messages of tfplugin6 that the harness reads and writes, in the shape in which ./proto.ts loads them: camelCase,
 * 64-bit integers as decimal text, absent messages null.
 */

export interface DynamicValueMessage {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export interface PathStep {
  readonly selector?: "attributeName" | "elementKeyString" | "elementKeyInt";
  readonly attributeName?: string;
  readonly elementKeyString?: string;
  /** Decimal text. */
  readonly elementKeyInt?: string;
}

export interface PathMessage {
  readonly steps: readonly PathStep[];
}

/** Severity 0 is INVALID, 1 ERROR, 2 WARNING. */
export interface Diagnostic {
  readonly severity: number;
  readonly summary: string;
  readonly detail: string;
  readonly attribute: PathMessage | null;
}

/** Nesting of a nested attribute or block: SINGLE, LIST, SET, MAP, and for blocks GROUP. */
export const NESTING = { SINGLE: 1, LIST: 2, SET: 3, MAP: 4, GROUP: 5 } as const;

export interface ObjectMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly nesting: number;
}

export interface AttributeMessage {
  readonly name: string;
  readonly type: Buffer;
  readonly nestedType: ObjectMessage | null;
  readonly description: string;
  readonly descriptionKind: number;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly deprecated: boolean;
  readonly writeOnly: boolean;
  readonly deprecationMessage: string;
}

export interface NestedBlockMessage {
  readonly typeName: string;
  readonly block: BlockMessage | null;
  readonly nesting: number;
  readonly minItems: string;
  readonly maxItems: string;
}

export interface BlockMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly blockTypes: readonly NestedBlockMessage[];
  readonly description: string;
  readonly descriptionKind: number;
  readonly deprecated: boolean;
  readonly computed: boolean;
}

export interface SchemaMessage {
  readonly version: string;
  readonly block: BlockMessage | null;
}

export interface ClientCapabilities {
  readonly deferralAllowed?: boolean;
  readonly writeOnlyAttributesAllowed?: boolean;
  readonly storePlannedPrivate?: boolean;
  readonly computedBlocksAllowed?: boolean;
}

export interface ServerCapabilities {
  readonly planDestroy: boolean;
  readonly getProviderSchemaOptional: boolean;
  readonly moveResourceState: boolean;
  readonly generateResourceConfig: boolean;
}

interface Diagnosed {
  readonly diagnostics: readonly Diagnostic[];
}

interface Deferrable {
  readonly deferred: { readonly reason: number } | null;
}

interface RawState {
  readonly json?: Uint8Array;
  readonly flatmap?: Readonly<Record<string, string>>;
}

type Value = DynamicValueMessage | null;

export interface IdentityMessage {
  readonly identityData: Value;
}

export interface IdentitySchemaMessage {
  /** Decimal text. */
  readonly version: string;
  readonly identityAttributes: readonly {
    readonly name: string;
    readonly type: Buffer;
    readonly requiredForImport: boolean;
    readonly optionalForImport: boolean;
    readonly description: string;
  }[];
}

/** The signature of a function. */
export interface FunctionMessage {
  readonly parameters: readonly {
    readonly name: string;
    readonly type: Buffer;
    readonly allowNullValue: boolean;
  }[];
  readonly return: { readonly type: Buffer } | null;
  readonly summary: string;
}

/** One event of a ListResource stream. */
export interface ListEventMessage {
  readonly identity: IdentityMessage | null;
  readonly displayName: string;
  readonly resourceObject?: Value;
  readonly diagnostic: readonly Diagnostic[];
}

export interface ImportedResource {
  readonly typeName: string;
  readonly state: Value;
  readonly private: Buffer;
  readonly identity: IdentityMessage | null;
}

export interface GetProviderSchemaResponse extends Diagnosed {
  readonly provider: SchemaMessage | null;
  readonly providerMeta: SchemaMessage | null;
  readonly resourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly dataSourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly ephemeralResourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly listResourceSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly stateStoreSchemas: Readonly<Record<string, SchemaMessage>>;
  readonly actionSchemas: Readonly<Record<string, { readonly schema: SchemaMessage | null }>>;
  readonly functions: Readonly<Record<string, FunctionMessage>>;
  readonly serverCapabilities: ServerCapabilities | null;
}

/** Request and response of every unary RPC that the harness plays itself. */
export interface Rpcs {
  GetProviderSchema: { request: object; response: GetProviderSchemaResponse };
  GetMetadata: { request: object; response: Diagnosed };
  GetResourceIdentitySchemas: {
    request: object;
    response: Diagnosed & { readonly identitySchemas: Readonly<Record<string, IdentitySchemaMessage>> };
  };
  UpgradeResourceIdentity: {
    request: { typeName: string; version: string | number; rawIdentity: RawState | null };
    response: Diagnosed & { readonly upgradedIdentity: IdentityMessage | null };
  };
  GetFunctions: {
    request: object;
    response: Diagnosed & { readonly functions: Readonly<Record<string, FunctionMessage>> };
  };
  CallFunction: {
    request: { name: string; arguments: readonly DynamicValueMessage[] };
    response: {
      readonly result: Value;
      readonly error: { readonly text: string; readonly functionArgument?: string } | null;
    };
  };
  ValidateProviderConfig: { request: { config: Value }; response: Diagnosed };
  ConfigureProvider: {
    request: { terraformVersion?: string; config: Value; clientCapabilities?: ClientCapabilities };
    response: Diagnosed;
  };
  StopProvider: { request: object; response: { readonly Error: string } };
  ValidateResourceConfig: {
    request: { typeName: string; config: Value; clientCapabilities?: ClientCapabilities };
    response: Diagnosed;
  };
  ValidateDataResourceConfig: { request: { typeName: string; config: Value }; response: Diagnosed };
  UpgradeResourceState: {
    request: { typeName: string; version: string | number; rawState: RawState | null };
    response: Diagnosed & { readonly upgradedState: Value };
  };
  ReadResource: {
    request: {
      typeName: string;
      currentState: Value;
      private?: Uint8Array;
      providerMeta?: Value;
      clientCapabilities?: ClientCapabilities;
      currentIdentity?: IdentityMessage | undefined;
    };
    response: Diagnosed &
      Deferrable & {
        readonly newState: Value;
        readonly private: Buffer;
        readonly newIdentity?: IdentityMessage | null;
      };
  };
  PlanResourceChange: {
    request: {
      typeName: string;
      priorState: Value;
      proposedNewState: Value;
      config: Value;
      priorPrivate?: Uint8Array;
      providerMeta?: Value;
      clientCapabilities?: ClientCapabilities;
      plannedPrivate?: Uint8Array;
      priorIdentity?: IdentityMessage | undefined;
    };
    response: Diagnosed &
      Deferrable & {
        readonly plannedIdentity?: IdentityMessage | null;
        readonly plannedState: Value;
        readonly requiresReplace: readonly PathMessage[];
        readonly plannedPrivate: Buffer;
        readonly legacyTypeSystem: boolean;
      };
  };
  ApplyResourceChange: {
    request: {
      typeName: string;
      priorState: Value;
      plannedState: Value;
      config: Value;
      plannedPrivate?: Uint8Array;
      providerMeta?: Value;
      plannedIdentity?: IdentityMessage | undefined;
    };
    response: Diagnosed & {
      readonly newIdentity?: IdentityMessage | null;
      readonly newState: Value;
      readonly private: Buffer;
      readonly legacyTypeSystem: boolean;
    };
  };
  ImportResourceState: {
    request: {
      typeName: string;
      id: string;
      clientCapabilities?: ClientCapabilities;
      identity?: IdentityMessage | undefined;
    };
    response: Diagnosed & Deferrable & { readonly importedResources: readonly ImportedResource[] };
  };
  MoveResourceState: {
    request: {
      sourceProviderAddress: string;
      sourceTypeName: string;
      sourceSchemaVersion?: string | number;
      sourceState: RawState | null;
      targetTypeName: string;
      sourcePrivate?: Uint8Array;
      sourceIdentity?: RawState;
    };
    response: Diagnosed & {
      readonly targetState: Value;
      readonly targetPrivate: Buffer;
      readonly targetIdentity: IdentityMessage | null;
    };
  };
  GenerateResourceConfig: {
    request: { typeName: string; state: Value };
    response: Diagnosed & { readonly config: Value };
  };
  ReadDataSource: {
    request: {
      typeName: string;
      config: Value;
      providerMeta?: Value;
      clientCapabilities?: ClientCapabilities;
    };
    response: Diagnosed & Deferrable & { readonly state: Value };
  };
  ValidateEphemeralResourceConfig: { request: { typeName: string; config: Value }; response: Diagnosed };
  OpenEphemeralResource: {
    request: { typeName: string; config: Value; clientCapabilities?: ClientCapabilities };
    response: Diagnosed & Deferrable & { readonly result: Value; readonly private: Buffer };
  };
  ValidateListResourceConfig: {
    request: { typeName: string; config: Value; includeResourceObject?: Value; limit?: Value };
    response: Diagnosed;
  };
  ValidateActionConfig: { request: { typeName: string; config: Value }; response: Diagnosed };
  PlanAction: {
    request: { actionType: string; config: Value; clientCapabilities?: ClientCapabilities };
    response: Diagnosed & Deferrable;
  };
}

/** The unary RPCs by name. */
export type RpcName = keyof Rpcs;
