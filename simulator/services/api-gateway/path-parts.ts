import { AwsError } from '../../aws-error.ts';
import type { Random } from '../../random.ts';
import { badRequest } from './answers.ts';
import type { Resource } from './state.ts';

/** Quota "Resources per API". */
const MOST_RESOURCES = 300;

const LITERAL = /^[a-zA-Z0-9._~:-]+$/;
const VARIABLE = /^\{[a-zA-Z0-9._:-]+\+?\}$/;

const isVariable = (pathPart: string): boolean => pathPart.startsWith('{');

export const childrenOf = (resources: ReadonlyMap<string, Resource>, parentId: string): Resource[] =>
  [...resources.values()].filter((resource) => resource.parentId === parentId);

/**
 * Adds a resource beneath another.
 *
 * Faults  BadRequestException, ConflictException, LimitExceededException, in API Gateway's words
 */
export function addResource(
  resources: Map<string, Resource>,
  random: Random,
  parent: Resource,
  pathPart: string,
  id = random.alphanumeric(6),
): Resource {
  if (!LITERAL.test(pathPart) && !VARIABLE.test(pathPart))
    badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  if (parent.pathPart.endsWith('+}'))
    badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.path}`);
  const siblings = childrenOf(resources, parent.id);
  if (siblings.some((sibling) => sibling.pathPart === pathPart))
    throw new AwsError('ConflictException', `Another resource with the same parent already has this name: ${pathPart}`);
  const variable = siblings.find((sibling) => isVariable(sibling.pathPart));
  if (variable !== undefined && isVariable(pathPart))
    badRequest(
      `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
  if (resources.size >= MOST_RESOURCES)
    throw new AwsError('LimitExceededException', 'Maximum number of Resources for this API has been reached.');
  const path = `${parent.path === '/' ? '' : parent.path}/${pathPart}`;
  const resource: Resource = { id, parentId: parent.id, pathPart, path, methods: new Map() };
  resources.set(id, resource);
  return resource;
}
