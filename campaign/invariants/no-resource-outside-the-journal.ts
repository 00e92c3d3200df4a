import type { TargetKey } from '../../control-plane/model/target.ts';
import { zoneIdIn } from '../../control-plane/model/zone.ts';
import type { Resource } from '../../local/inventory.ts';
import type { MadeCall } from '../../simulator/world.ts';
import { booksOf } from '../books.ts';
import { inventoryAtOnce } from '../inventory-at-once.ts';
import { isResourceWrite, nameOf } from '../our-calls.ts';
import { rowsWritten } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

type Answer = Readonly<Record<string, unknown>>;
const idOf = (within: unknown, field: string): string => {
  const id = (within as Answer | undefined)?.[field];
  return typeof id === 'string' ? id : '';
};

/** What a call has made, by the id that the journal gives it. */
export const made: Readonly<Record<string, (output: Answer) => string>> = {
  CreateVpc: ({ Vpc }) => idOf(Vpc, 'VpcId'),
  CreateSubnet: ({ Subnet }) => idOf(Subnet, 'SubnetId'),
  CreateRouteTable: ({ RouteTable }) => idOf(RouteTable, 'RouteTableId'),
  CreateSecurityGroup: (output) => idOf(output, 'GroupId'),
  CreateVpcEndpoint: ({ VpcEndpoint }) => idOf(VpcEndpoint, 'VpcEndpointId'),
  CreateVpcPeeringConnection: ({ VpcPeeringConnection }) => idOf(VpcPeeringConnection, 'VpcPeeringConnectionId'),
  CreateRestApi: (output) => idOf(output, 'id'),
  CreateDomainName: (output) => idOf(output, 'domainNameId'),
  CreateDomainNameAccessAssociation: (output) => idOf(output, 'domainNameAccessAssociationArn'),
  CreateFunction: (output) => idOf(output, 'FunctionArn'),
  CreateFunctionUrlConfig: (output) => new URL(idOf(output, 'FunctionUrl')).host,
  PutRule: (output) => idOf(output, 'RuleArn'),
  CreateHostedZone: ({ HostedZone }) => zoneIdIn(idOf(HostedZone, 'Id')),
  CreateHealthCheck: ({ HealthCheck }) => idOf(HealthCheck, 'Id'),
};

/** Their ids are made of names that we chose: whoever looks for the name finds what was made, and a second one cannot be. */
const NAMED: ReadonlySet<string> = new Set(['CreateFunction', 'PutRule']);

/** Kinds of targets whose ids are those of resources that the inventory lists. */
const LISTED: ReadonlySet<string> = new Set([
  'vpc',
  'subnet',
  'route-table',
  'security-group',
  'endpoint',
  'peering',
  'rest-api',
  'domain-name',
  'access-association',
  'function',
  'agent',
  'bit-url',
  'agent-schedule',
  'event-forward',
  'view',
  'health-check',
]);

/** A repair deletes nothing: what leads from an endpoint that is gone stays, with its tags, and goes with its member. */
const REPLACED: ReadonlySet<string> = new Set(['access-association']);

/** The ids by which a resource may be known. */
function idsOf({ kind, id, described }: Resource): readonly string[] {
  const { FunctionArn, Arn } = described as { readonly FunctionArn?: string; readonly Arn?: string };
  return [id, ...(kind === 'hosted-zone' ? [zoneIdIn(id)] : []), FunctionArn ?? '', Arn ?? ''];
}

/**
 * Whatever a function of ours has made, the table knows: by its id, or by an intent that is open until it does. At the end
 * nothing stands that we made and the table does not know, and the table knows nothing that does not stand.
 *
 * Bounds  one look at a map for each write; the whole inventory at the end, and where something seems to be lost
 */
export const noResourceOutsideTheJournal: Invariant = {
  name: 'no resource outside the journal',
  says: 'Every resource that we made is known to the table by its id or by an open intent; at the end exactly those exist that it knows',
  watch({ bed: { world, fleet }, table }, tell) {
    const books = booksOf(world, table, fleet.name);
    const pk = `fleet#${fleet.name}`;
    /** Made and not known by id so far, by id. */
    const unknown = new Map<string, { readonly key: TargetKey; readonly call: string }>();
    const all = new Map<string, string>();

    const isThere = async (id: string): Promise<boolean> =>
      (await inventoryAtOnce(world)).some((resource) => idsOf(resource).includes(id));
    const accuse = async (id: string, call: string, key: TargetKey): Promise<void> => {
      if (await isThere(id)) tell(`${id}, made by ${call} for ${key}, is known to nobody: its intent was closed`);
    };
    books.intentWatchers.add(({ intent: { key } }) => {
      for (const [id, { key: of, call }] of unknown)
        if (of === key) {
          unknown.delete(id);
          void accuse(id, call, key);
        }
    });

    const remember = (done: MadeCall): void => {
      const id = done.error === undefined ? made[done.operation]?.(done.output as Answer) : undefined;
      const announced = id === undefined ? undefined : books.announced(done);
      if (id === undefined || announced === undefined) return;
      all.set(id, nameOf(done));
      const { key } = announced.intent;
      if (NAMED.has(done.operation)) return;
      if (table.row(pk, `target#${key}`)?.['id'] !== id) unknown.set(id, { key, call: nameOf(done) });
    };

    return {
      called(done) {
        if (isResourceWrite(done)) {
          remember(done);
          return;
        }
        if (unknown.size === 0) return;
        for (const { pk: of, sk, item } of rowsWritten(done))
          if (of === pk && sk.startsWith('target#')) unknown.delete(item?.['id']?.S ?? '');
      },
      async ended({ state, settledAtMs }) {
        const inventory = await inventoryAtOnce(world);
        const known = new Set(state.ids.values());
        for (const resource of inventory)
          for (const id of idsOf(resource))
            if (all.has(id) && !known.has(id) && !REPLACED.has(resource.kind))
              tell(`${id}, made by ${all.get(id)}, stands at the end and is known to nobody`);
        if (settledAtMs === undefined) return;
        const standing = new Set(inventory.flatMap(idsOf));
        for (const [key, id] of state.ids)
          if (LISTED.has(key.slice(0, key.indexOf('/'))) && !standing.has(id))
            tell(`${key} is known as ${id}, which does not exist`);
      },
    };
  },
};
