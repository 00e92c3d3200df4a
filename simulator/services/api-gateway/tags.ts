import type { APIGateway } from '@aws-sdk/client-api-gateway';
import type { Operations } from '../../service.ts';
import { apiNamed, badRequest, notFound, stageNamed } from './answers.ts';
import { pageOf } from './paging.ts';
import type { ApiGatewayState } from './state.ts';

/** Quota "Tags per stage" and its like. */
const MOST_TAGS = 50;

/**
 * The tags of whatever an ARN names: an API, a stage, a domain, an access association, an API key, a usage plan.
 * Source: docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
function tagsOf(state: ApiGatewayState, resourceArn: string | undefined): Map<string, string> {
  const arn = decodeURIComponent(resourceArn ?? '');
  const { region, account } = state.place;
  const named = state.domainNames.get(arn) ?? state.accessAssociations.get(arn);
  if (named !== undefined) return named.tags;
  const [prefix = '', path = ''] = arn.split(/(?<=^arn:aws[\w-]*:apigateway:[^:]*:[^:]*:)/);
  if (prefix !== `arn:aws:apigateway:${region}::` && prefix !== `arn:aws:apigateway:${region}:${account}:`)
    return badRequest('Invalid ARN specified in the request');
  const [, kind, id, below, name] = path.split('/');
  if (kind === 'restapis' && below === undefined) return apiNamed(state, id).tags;
  if (kind === 'restapis' && below === 'stages') return stageNamed(apiNamed(state, id), name).tags;
  if (kind === 'apikeys') return (state.apiKeys.get(id ?? '') ?? notFound('Invalid API Key identifier specified')).tags;
  if (kind === 'usageplans')
    return (state.usagePlans.get(id ?? '') ?? notFound('Invalid Usage Plan ID specified')).tags;
  return notFound(`Invalid resource identifier specified: ${arn}`);
}

export const tagOperations: Operations<APIGateway, ApiGatewayState> = {
  TagResource({ resourceArn, tags: added }, { state }) {
    const tags = tagsOf(state, resourceArn);
    if (new Set([...tags.keys(), ...Object.keys(added ?? {})]).size > MOST_TAGS)
      badRequest(`Maximum number of tags exceeded: ${MOST_TAGS}`);
    for (const [key, value] of Object.entries(added ?? {})) tags.set(key, value);
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, { state }) {
    const tags = tagsOf(state, resourceArn);
    for (const key of tagKeys ?? []) tags.delete(key);
    return {};
  },

  GetTags({ resourceArn, ...page }, { state }) {
    const { items } = pageOf(tagsOf(state, resourceArn), { ...page, limit: page.limit ?? MOST_TAGS }, ([key]) => key);
    return { tags: Object.fromEntries(items) };
  },
};
