import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  Projection,
  ProvisionedThroughput,
  ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import type { Index, KeyAttribute, View } from './state.ts';
import { invalid, invalidParameters } from './validation-error.ts';

export const ON_DEMAND: ProvisionedThroughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

export function attributeTypesOf(
  definitions: readonly AttributeDefinition[] | undefined,
): Map<string, ScalarAttributeType> {
  const types = new Map<string, ScalarAttributeType>();
  for (const { AttributeName: name, AttributeType: type } of definitions ?? []) {
    if (name === undefined || type === undefined || !['S', 'N', 'B'].includes(type))
      throw invalid(
        `1 validation error detected: Value '${type ?? ''}' at 'attributeDefinitions.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]`,
      );
    if (types.has(name)) throw invalidParameters('Cannot specify the same attribute name more than once');
    types.set(name, type);
  }
  return types;
}

/** An empty view with this key. */
export function viewWith(
  schema: readonly KeySchemaElement[] | undefined,
  types: ReadonlyMap<string, ScalarAttributeType>,
): View {
  const [first, second, ...more] = schema ?? [];
  if (first?.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (second !== undefined && second.KeyType !== 'RANGE')
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  if (more.length > 0)
    throw invalid(
      "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
    );
  const attribute = ({ AttributeName: name = '' }: KeySchemaElement): KeyAttribute => {
    const type = types.get(name);
    if (type === undefined)
      throw invalidParameters(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}], AttributeDefinitions: [${[...types.keys()].join(', ')}]`,
      );
    return { name, type };
  };
  return {
    hash: attribute(first),
    range: second === undefined ? undefined : attribute(second),
    partitions: new Map(),
    scanOrder: undefined,
  };
}

interface IndexRequest {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly Projection?: Projection | undefined;
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
}

export function indexFrom(
  request: IndexRequest,
  scope: Index['scope'],
  primary: View,
  types: ReadonlyMap<string, ScalarAttributeType>,
  billingMode: BillingMode,
): Index {
  const { IndexName: name, KeySchema: schema, Projection: projection } = request;
  if (name === undefined || !/^[\w.-]{3,255}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name ?? ''}' at 'indexName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]{3,255}`,
    );
  const view = viewWith(schema, types);
  if (scope === 'local' && (primary.range === undefined || view.range === undefined))
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  if (scope === 'local' && view.hash.name !== primary.hash.name)
    throw invalidParameters(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${view.hash.name}, table hash key: ${primary.hash.name}`,
    );
  const { ProjectionType: type, NonKeyAttributes: others } = projection ?? {};
  if (type === undefined) throw invalidParameters('Unknown ProjectionType: null');
  if ((type === 'INCLUDE') !== (others !== undefined))
    throw invalidParameters(
      type === 'INCLUDE'
        ? 'ProjectionType is INCLUDE, but NonKeyAttributes is not specified'
        : `ProjectionType is ${type}, but NonKeyAttributes is specified`,
    );
  const keys = [view.hash, view.range, primary.hash, primary.range].flatMap((attribute) => attribute?.name ?? []);
  return {
    ...view,
    name,
    scope,
    projection: { ProjectionType: type, ...(others !== undefined && { NonKeyAttributes: [...others] }) },
    throughput: billingMode === 'PAY_PER_REQUEST' ? ON_DEMAND : throughputOf(request.ProvisionedThroughput),
    projected: type === 'ALL' ? undefined : new Set([...keys, ...(others ?? [])]),
  };
}

export function throughputOf(given: ProvisionedThroughput | undefined): ProvisionedThroughput {
  if (given?.ReadCapacityUnits === undefined || given.WriteCapacityUnits === undefined)
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  return { ReadCapacityUnits: given.ReadCapacityUnits, WriteCapacityUnits: given.WriteCapacityUnits };
}

/** Every defined attribute is part of a key, and the other way round. */
export function refuseUnusedAttributes(types: ReadonlyMap<string, unknown>, views: readonly View[]): void {
  const used = new Set(views.flatMap(({ hash, range }) => [hash.name, ...(range === undefined ? [] : [range.name])]));
  const unused = [...types.keys()].filter((name) => !used.has(name));
  if (unused.length > 0)
    throw invalidParameters(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${[...types.keys()].join(', ')}], keys used: [${[...used].join(', ')}]`,
    );
}
