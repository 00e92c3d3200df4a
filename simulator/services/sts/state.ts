import type { StateHome } from '../../service.ts';

/**
 * STS remembers nothing of its own: sessions are the world's, roles are IAM's.
 *
 * Regional, as its endpoints are, and what one gives out holds in every Region. The legacy global endpoint is us-east-1's:
 * who asks there signs for us-east-1.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
 */
export type StsState = Record<never, never>;

export const stsHome: StateHome<StsState> = { name: 'sts', scope: 'regional', newState: () => ({}) };
