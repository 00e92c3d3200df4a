import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import { type Dialogue, type ReadCall, read } from './aws-call.ts';
import { allPages } from './pages.ts';
import { GLOBAL_REGION } from './region.ts';

/**
 * How long callers' resolvers remember what a view answered. An alias to an endpoint would be remembered for the minute
 * that AWS gives it: longer than all that a failover takes besides.
 */
export const ANSWER_TTL_SECONDS = 10;

/** docs/aws-facts.md: a change is answered everywhere "generally within 60 s"; what was answered before is remembered. */
export const NAMES_ARE_STALE_FOR_SECONDS = 60 + ANSWER_TTL_SECONDS;

/** '/hostedzone/Z1' in Route 53's answers, 'Z1' in its requests. */
export const zoneIdIn = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Names as they compare: Route 53 answers with a trailing dot, and case means nothing in DNS. */
export const dnsName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** The two that every zone is born and dies with. */
export const isZonesOwn = ({ Type }: ResourceRecordSet): boolean => Type === 'NS' || Type === 'SOA';

/** 'api.example.com. A eu-west-1', for a person. */
export const describeRecord = ({ Name, Type, SetIdentifier }: ResourceRecordSet): string =>
  [Name, Type, SetIdentifier].filter((part) => part !== undefined).join(' ');

interface From {
  readonly StartRecordName: string;
  readonly StartRecordType: RRType | undefined;
  readonly StartRecordIdentifier: string | undefined;
}

/** Every record set of a zone. */
export function* recordsOf(HostedZoneId: string): Dialogue<ReadCall, readonly ResourceRecordSet[]> {
  const pages = yield* allPages(
    (from: From | undefined) => read(GLOBAL_REGION, 'route-53', 'listResourceRecordSets', { HostedZoneId, ...from }),
    ({ NextRecordName, NextRecordType, NextRecordIdentifier }) =>
      NextRecordName === undefined
        ? undefined
        : {
            StartRecordName: NextRecordName,
            StartRecordType: NextRecordType,
            StartRecordIdentifier: NextRecordIdentifier,
          },
  );
  return pages.flatMap(({ ResourceRecordSets = [] }) => ResourceRecordSets);
}
