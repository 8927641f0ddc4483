/** What this server can do beyond the basics. Schemas may be cached by Terraform: no RPC depends on another one. */
export const SERVER_CAPABILITIES = {
  planDestroy: true,
  getProviderSchemaOptional: true,
  moveResourceState: true,
  generateResourceConfig: true,
} as const;
