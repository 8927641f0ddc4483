/** How deep values and types may be nested. Terraform configurations stay far below; a deeper one is refused, not followed. */
export const MAX_DEPTH = 256;

/** The largest payload of a refined unknown, in bytes; Terraform's own limit. */
export const MAX_REFINEMENT_BYTES = 1024;
