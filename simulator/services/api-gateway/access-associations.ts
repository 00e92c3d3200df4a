import type { APIGateway, DomainNameAccessAssociation as AssociationShape } from '@aws-sdk/client-api-gateway';
import { placeOfArn } from '../../arn.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call, Operations } from '../../service.ts';
import { badRequest, notFound } from './answers.ts';
import { associationsOfOthers, domainAt } from './anywhere.ts';
import { requireOwnEndpoint } from './endpoints.ts';
import { pageOf } from './paging.ts';
import { type ApiGatewayState, apiGatewayHome, type DomainName, type DomainNameAccessAssociation } from './state.ts';

/** Quota "Domain name access associations per account per Region". */
const MOST_ASSOCIATIONS = 100;

const associationNamed = (
  { accessAssociations }: ApiGatewayState,
  arn: string | undefined,
): DomainNameAccessAssociation =>
  accessAssociations.get(arn ?? '') ?? notFound('Invalid domain name access association identifier specified');

const shapeOf = (association: DomainNameAccessAssociation): AssociationShape => ({
  domainNameAccessAssociationArn: association.arn,
  domainNameArn: association.domainNameArn,
  accessAssociationSourceType: association.sourceType,
  accessAssociationSource: association.source,
  ...(association.tags.size > 0 && { tags: Object.fromEntries(association.tags) }),
});

/** A domain of the same Region, one's own or one that another account shares: whether it does is IAM's to say. */
function domainOf({ world, place }: Call<ApiGatewayState>, arn = ''): DomainName {
  const found = placeOfArn(arn).region === place.region ? domainAt(world, arn) : undefined;
  return found ?? notFound('Invalid domain name identifier specified');
}

export const accessAssociationOperations: Operations<APIGateway, ApiGatewayState> = {
  /**
   * In the account of the endpoint; the domain may be another's. It need not be provisioned yet. No status is ever shown: an association is listed from now on, and lets
   * requests pass `accessAssociationMs` after that, or after the domain is provisioned if that is later.
   *
   * Source  docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-tutorial.html
   *         (that it is made right after the domain); that the two waits add up is an assumption
   */
  CreateDomainNameAccessAssociation(input, call) {
    const { state, nowMs, world, place } = call;
    const { domainNameArn, accessAssociationSourceType: sourceType, accessAssociationSource: source } = input;
    const domain = domainOf(call, domainNameArn);
    if (sourceType !== 'VPCE') return badRequest(`Invalid access association source type specified: ${sourceType}`);
    if (source === undefined) return badRequest('Access association source must be specified');
    requireOwnEndpoint(call, source);
    const isTaken = [...state.accessAssociations.values()].some(
      (other) => other.source === source && domainAt(world, other.domainNameArn)?.domainName === domain.domainName,
    );
    if (isTaken)
      throw new AwsError(
        'ConflictException',
        `VPC endpoint ${source} already has a domain name access association with a private custom domain name ${domain.domainName}`,
      );
    if (state.accessAssociations.size >= MOST_ASSOCIATIONS)
      throw new AwsError(
        'LimitExceededException',
        'Maximum number of domain name access associations for this account has been reached.',
      );
    const association: DomainNameAccessAssociation = {
      arn: `arn:aws:apigateway:${place.region}:${place.account}:/domainnameaccessassociations/domainname/${domain.domainName}+${domain.domainNameId}/vpcesource/${source}`,
      domainNameArn: domain.arn,
      sourceType,
      source,
      effectiveAtMs: Math.max(nowMs, domain.provisionedAtMs) + world.timings.accessAssociationMs,
      tags: new Map(Object.entries(input.tags ?? {})),
    };
    state.accessAssociations.set(association.arn, association);
    return shapeOf(association);
  },

  /** Those of the account itself, or those that others have with its domains. */
  GetDomainNameAccessAssociations({ resourceOwner, ...page }, { state, world }) {
    const asked =
      resourceOwner === 'OTHER_ACCOUNTS' ? associationsOfOthers(world, state) : state.accessAssociations.values();
    const { items, ...rest } = pageOf(asked, page, ({ arn }) => arn);
    return { ...rest, items: items.map(shapeOf) };
  },

  DeleteDomainNameAccessAssociation({ domainNameAccessAssociationArn }, { state }) {
    state.accessAssociations.delete(associationNamed(state, domainNameAccessAssociationArn).arn);
    return {};
  },

  /** How a provider ends what a consumer in another account has made. */
  RejectDomainNameAccessAssociation({ domainNameAccessAssociationArn: arn = '', domainNameArn }, { state, world }) {
    const owner = world.state(apiGatewayHome, placeOfArn(arn));
    const association = associationNamed(owner, arn);
    if (association.domainNameArn !== domainNameArn || !state.domainNames.has(domainNameArn))
      notFound('Invalid domain name identifier specified');
    owner.accessAssociations.delete(arn);
    return {};
  },
};
