import type { Bug } from './bug.ts';

/** Whose is whose. */
export const ownership: readonly Bug[] = [
  {
    name: 'the tags of a fleet whose name begins alike are taken for ours',
    file: 'control-plane/model/ownership.ts',
    of: 'tags?.[FLEET_TAG] === fleet && tags[TARGET_TAG] === key;',
    instead: 'tags?.[FLEET_TAG]?.startsWith(fleet) === true && tags[TARGET_TAG] === key;',
  },
  {
    name: 'a domain is deleted by its name alone',
    file: 'control-plane/kinds/domain-name.ts',
    of: "'deleteDomainName', { domainName: domain, domainNameId: id });",
    instead: "'deleteDomainName', { domainName: domain, ...(id === '' && { domainNameId: id }) });",
    only: ['leave'],
  },
  {
    name: "somebody's working route is overwritten",
    file: 'control-plane/kinds/route.ts',
    of: 'if (leadsTo === peeringId || isOurs || isDead(observed)) return undefined;',
    instead: "if (leadsTo === peeringId || isOurs || isDead(observed) || leadsTo !== '') return undefined;",
    only: ['somebody leads a route elsewhere'],
  },
];
