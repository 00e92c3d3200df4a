import { onlyNow } from '../horizon.ts';
import type { Principal } from '../principal.ts';
import type { Place } from '../service.ts';
import type { World } from '../world.ts';
import type { Access, ContextValue } from './access.ts';

/** Where the simulated callers stand on the internet: CloudTrail says the same. */
const SOURCE_IP = '198.51.100.10';

/** Who asks for what, where and when: all that a policy may look at. */
export interface Question {
  readonly principal: Principal;
  /** Tags of the role behind the principal. */
  readonly principalTags: ReadonlyMap<string, string> | undefined;
  readonly access: Access;
  readonly place: Place;
  readonly owner: string;
  readonly world: World;
}

/** Keys that only an existing resource has a value for. */
export const isOfResource = (key: string): boolean => key.includes('resourcetag/') || key.startsWith('ec2:');

/** The names of condition keys are not case-sensitive, and a tag's key is part of such a name. */
function tagged(tags: ReadonlyMap<string, string> | undefined, lowerKey: string): string | undefined {
  if (tags === undefined) return undefined;
  for (const [key, value] of tags) if (key === lowerKey || key.toLowerCase() === lowerKey) return value;
  return undefined;
}

const principalTypes = { Root: 'Account', IAMUser: 'User', AssumedRole: 'AssumedRole', AWSService: 'Service' } as const;

/**
 * The value of a condition key, given in lower case; undefined where the request has none.
 *
 * Source  IAM User Guide, "AWS global condition context keys"
 */
export function valueOf(question: Question, key: string): ContextValue | undefined {
  const { access, principal } = question;
  const own = access.context?.[key];
  if (own !== undefined) return own;
  const slash = key.indexOf('/');
  if (slash > 0) {
    const tagKey = key.slice(slash + 1);
    const family = key.slice(0, slash);
    if (family === 'aws:requesttag') return access.requestTags?.find((tag) => tag.key.toLowerCase() === tagKey)?.value;
    if (family === 'aws:principaltag') return tagged(question.principalTags, tagKey);
    if (family.endsWith(':resourcetag')) return tagged(access.tags, tagKey);
    return undefined;
  }
  switch (key) {
    case 'aws:principalarn':
      return principal.roleArn ?? principal.arn;
    case 'aws:principalaccount':
      return principal.kind === 'AWSService' ? undefined : principal.account;
    case 'aws:principaltype':
      return principalTypes[principal.kind];
    case 'aws:username':
      return principal.kind === 'IAMUser' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined;
    case 'aws:principalisawsservice':
      return String(principal.kind === 'AWSService');
    case 'aws:principalservicename':
      return principal.kind === 'AWSService' ? principal.invokedBy : undefined;
    case 'aws:viaawsservice':
      return 'false';
    case 'aws:requestedregion':
      return question.place.region;
    case 'aws:resourceaccount':
      return question.owner;
    case 'aws:tagkeys':
      return access.tagKeys ?? access.requestTags?.map((tag) => tag.key);
    case 'aws:sourceip':
      return principal.kind === 'AWSService' ? undefined : SOURCE_IP;
    case 'aws:securetransport':
      return 'true';
    case 'aws:currenttime':
      onlyNow();
      return new Date(question.world.clock.nowMs()).toISOString();
    case 'aws:epochtime':
      onlyNow();
      return String(Math.floor(question.world.clock.nowMs() / 1_000));
    case 'ec2:region':
      return question.place.region;
    default:
      return undefined;
  }
}
