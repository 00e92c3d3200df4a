/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number & { readonly __unit: 'epoch-ms' };
export const epochMs = (ms: number): EpochMs => ms as EpochMs;
