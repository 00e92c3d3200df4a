import { iamHome } from '../services/iam/state.ts';
import type { Chancy, Condition, Sources } from './condition.ts';

export interface LateRolesOptions extends Chancy {
  /** The longest while until a new role can be assumed. Left out: fifteen seconds. */
  readonly maxMs?: number | undefined;
}

/** Assumed: AWS gives no figure; who scripts it waits five to thirty seconds. */
const MAX_MS = 15_000;

/**
 * A share of new roles can be assumed by nobody for a while, though IAM shows them: Lambda then refuses to make a function
 * with one.
 *
 * Source  IAM user guide, troubleshooting, "Changes that I make are not always immediately visible"
 */
export const lateRoles = (
  { world, random, tally }: Sources,
  { share, maxMs = MAX_MS }: LateRolesOptions,
): Condition => ({
  after({ service, operation, input, place, error }) {
    if (service !== 'iam' || operation !== 'CreateRole' || error !== undefined || random.next() >= share) return;
    const { RoleName = '' } = input as { readonly RoleName?: string };
    const role = world.state(iamHome, { ...place, region: 'us-east-1' }).roles.get(RoleName);
    if (role === undefined) return;
    role.assumableFromMs = world.clock.nowMs() + random.between(1, maxMs + 1);
    tally.count('not assumable yet', service, operation);
  },
});
