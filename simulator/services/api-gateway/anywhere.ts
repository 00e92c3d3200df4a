import { placeOfArn } from '../../arn.ts';
import { hasCome } from '../../horizon.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import {
  type ApiGatewayState,
  apiGatewayHome,
  type DomainName,
  type DomainNameAccessAssociation,
  type RestApi,
} from './state.ts';

/**
 * Where in a Region an API is, whosoever it is: ids are unique in a Region, and an endpoint of any account leads to it.
 * Looks in the given account first, and answers that very place where it is there.
 */
export function placeOfApi(world: World, own: Place, apiId: string): Place | undefined {
  if (world.look(apiGatewayHome, own).restApis.has(apiId)) return own;
  for (const place of world.placesOf(apiGatewayHome))
    if (place.region === own.region && world.look(apiGatewayHome, place).restApis.has(apiId)) return place;
  return undefined;
}

/** An API by its id, wherever in its Region it is. */
export function apiAnywhere(world: World, own: Place, apiId: string): RestApi | undefined {
  const place = placeOfApi(world, own, apiId);
  return place && world.look(apiGatewayHome, place).restApis.get(apiId);
}

/** A private domain by its ARN, which says whose it is. One that is shared stays in its provider's account. */
export const domainAt = (world: World, arn: string): DomainName | undefined =>
  world.look(apiGatewayHome, placeOfArn(arn)).domainNames.get(arn);

/** The access associations that other accounts have with the domains of one. */
export function* associationsOfOthers(
  world: World,
  { place: own, domainNames }: ApiGatewayState,
): Generator<DomainNameAccessAssociation> {
  for (const place of world.placesOf(apiGatewayHome)) {
    if (place.region !== own.region || place.account === own.account) continue;
    for (const association of world.look(apiGatewayHome, place).accessAssociations.values())
      if (domainNames.has(association.domainNameArn)) yield association;
  }
}

/**
 * The private domain that a VPC endpoint may reach under a name, once its association has become effective. The
 * association is in the endpoint's account, the domain perhaps in another.
 */
export function domainReachableFrom(
  world: World,
  place: Place,
  vpcEndpointId: string,
  hostName: string,
  nowMs: number,
): DomainName | 'no-association' | 'association-not-effective' | 'domain-not-provisioned' {
  let found: 'no-association' | 'association-not-effective' | 'domain-not-provisioned' = 'no-association';
  for (const association of world.look(apiGatewayHome, place).accessAssociations.values()) {
    if (association.source !== vpcEndpointId) continue;
    const domain = domainAt(world, association.domainNameArn);
    if (domain === undefined || domain.domainName !== hostName) continue;
    if (!hasCome(domain.provisionedAtMs, nowMs)) found = 'domain-not-provisioned';
    else if (!hasCome(association.effectiveAtMs, nowMs)) found = 'association-not-effective';
    else return domain;
  }
  return found;
}
