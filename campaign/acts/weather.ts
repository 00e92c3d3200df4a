import type { ActKind } from './act.ts';

/** AWS's moods. */
export const weather: Readonly<Record<string, ActKind>> = {};
