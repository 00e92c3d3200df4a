/** Source: Step Functions guide, Service quotas. */
export const MAX_PAYLOAD_BYTES = 262_144;
export const MAX_HISTORY_EVENTS = 25_000;
export const MAX_NAME_LENGTH = 80;
export const EXPRESS_MAX_MS = 5 * 60_000;
export const REDRIVABLE_FOR_MS = 14 * 86_400_000;
export const HISTORY_KEPT_FOR_MS = 90 * 86_400_000;
/** An inline Map runs no more at once. Source: Step Functions guide, Map state processing modes. */
export const MAX_INLINE_ITERATIONS_AT_ONCE = 40;

/**
 * An execution that never waits would loop at one instant for ever. On AWS each transition takes time; here, where
 * transitions take none, so many of them in a row are charged at once.
 */
export const TRANSITIONS_PER_PAUSE = 1_000;
export const PAUSE_MS = 1_000;
