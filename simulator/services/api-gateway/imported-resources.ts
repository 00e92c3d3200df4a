import type { Method } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';
import type { Random } from '../../random.ts';
import { importedMethod } from './imported-method.ts';
import { withDefaults } from './integrations.ts';
import { isObject, type OpenApiDocument, objectAt } from './openapi-document.ts';
import { addResource } from './path-parts.ts';
import type { Resource } from './state.ts';

const VERBS: Readonly<Record<string, string>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  options: 'OPTIONS',
  head: 'HEAD',
  patch: 'PATCH',
  'x-amazon-apigateway-any-method': 'ANY',
};

const copyOf = (resource: Resource): Resource => ({ ...resource, methods: new Map(resource.methods) });

/** The resource at a path, made with all that is missing above it. Ids of paths that were there before stay. */
function resourceAt(
  resources: Map<string, Resource>,
  root: Resource,
  path: string,
  idsBefore: ReadonlyMap<string, string>,
  random: Random,
): Resource {
  let at = root;
  for (const pathPart of path.split('/').filter((part) => part !== '')) {
    const below = [...resources.values()].find(
      ({ parentId, pathPart: part }) => parentId === at.id && part === pathPart,
    );
    const childPath = `${at.path === '/' ? '' : at.path}/${pathPart}`;
    at = below ?? addResource(resources, random, at, pathPart, idsBefore.get(childPath));
  }
  return at;
}

/**
 * What a document's paths make of an API's resources; `before` stays as it is.
 *
 * In      mode 'overwrite' starts from the bare root, 'merge' from what is there
 * Faults  BadRequestException with every error found, as "Errors found during import"
 */
export function importedResources(
  document: OpenApiDocument,
  before: ReadonlyMap<string, Resource>,
  rootId: string,
  mode: 'overwrite' | 'merge',
  random: Random,
): Map<string, Resource> {
  const kept = mode === 'merge' ? [...before.values()] : [];
  const resources = new Map(kept.map((resource) => [resource.id, copyOf(resource)]));
  const root = resources.get(rootId) ?? {
    id: rootId,
    parentId: undefined,
    pathPart: '',
    path: '/',
    methods: new Map<string, Readonly<Method>>(),
  };
  resources.set(rootId, root);
  const idsBefore = new Map([...before.values()].map(({ path, id }) => [path, id]));
  const errors: string[] = [];
  for (const [path, item] of Object.entries(objectAt(document.root['paths']))) {
    let resource: Resource;
    try {
      if (!path.startsWith('/')) throw new AwsError('BadRequestException', 'Resource paths must begin with a slash');
      resource = resourceAt(resources, root, path, idsBefore, random);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push(`Unable to create resource at path '${path}': ${error.message}`);
      continue;
    }
    for (const [name, operation] of Object.entries(objectAt(item))) {
      const verb = VERBS[name];
      if (verb === undefined || !isObject(operation)) continue;
      const { method, objection } = importedMethod(document, { path, verb, item: objectAt(item), operation });
      if (objection !== undefined) errors.push(objection);
      const { methodIntegration } = method;
      resource.methods.set(verb, {
        ...method,
        ...(methodIntegration !== undefined && { methodIntegration: withDefaults(methodIntegration, resource.id) }),
      });
    }
  }
  if (errors.length > 0)
    throw new AwsError('BadRequestException', `Errors found during import:\n\t${errors.join('\n\t')}`);
  return resources;
}
