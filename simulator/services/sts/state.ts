import type { StateHome } from '../../service.ts';

/** STS remembers nothing of its own: sessions are the world's, roles are IAM's. */
export type StsState = Record<never, never>;

export const stsHome: StateHome<StsState> = { name: 'sts', scope: 'global', newState: () => ({}) };
