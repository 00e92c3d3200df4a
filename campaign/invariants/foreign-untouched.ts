import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type Caller } from '../../handlers/runtime/caller.ts';
import { directCaller } from '../../local/direct-caller.ts';
import { linesOf, type Resource } from '../../local/inventory.ts';
import { settleStrangers } from '../../local/strangers.ts';
import type { Principal } from '../../simulator/principal.ts';
import { acmHome } from '../../simulator/services/acm/state.ts';
import type { World } from '../../simulator/world.ts';
import { inventoryAtOnce } from '../inventory-at-once.ts';
import { functionBehind, isResourceWrite, nameOf } from '../our-calls.ts';
import { stringsIn } from '../strings-in.ts';
import type { Invariant } from './invariant.ts';

/** What AWS itself brings to its end after a stranger has made it: until then they are not compared. */
const SETTLED_AFTER_MS = 30 * 60_000;
const SETTLING: ReadonlySet<string> = new Set(['endpoint', 'peering', 'network-interface', 'function', 'domain-name']);
/** Kinds whose ids are nobody else's, whatever they are called: a call that names one means it. */
const UNMISTAKABLE: ReadonlySet<string> = new Set([
  'vpc',
  'subnet',
  'route-table',
  'security-group',
  'network-interface',
  'endpoint',
  'peering',
  'rest-api',
  'domain-name',
  'hosted-zone',
  'health-check',
  'event-rule',
  'alarm',
]);

const MOST_TOLD = 3;
const TRIED_AGAIN_AFTER_MS = 5_000;

/**
 * Strangers live in the same account and Regions from the first moment, with resources of every kind that look like the
 * fleet's. No write of ours names any of them, and at the end AWS describes each exactly as it did when it was made.
 *
 * Bounds  the words of each write's input are looked up in a set; the whole inventory is taken three times
 */
export const foreignUntouched: Invariant = {
  name: 'foreign resources untouched',
  says: 'No write of ours names a resource of a stranger, and at the end AWS describes each of them as it did at first',
  watch({ bed: { world, fleet }, regions }, tell) {
    const ids = new Set<string>();
    const lines: string[] = [];
    const keys = new Set<string>();
    const keyOf = ({ region, kind, id }: Resource): string => `${region} ${kind} ${id}`;
    const keep = (resources: readonly Resource[]): void => void lines.push(...linesOf(resources));

    const begin = async (): Promise<void> => {
      const stranger: Principal = {
        kind: 'IAMUser',
        arn: `arn:aws:iam::${world.account}:user/stranger`,
        account: world.account,
      };
      const before = new Set((await inventoryAtOnce(world)).map(keyOf));
      await settleStrangers(patient(directCaller(world, world.account, stranger), world), fleet, regions, (region) =>
        certificateIn(world, region, fleet.domain),
      );
      const theirs = (await inventoryAtOnce(world)).filter((resource) => !before.has(keyOf(resource)));
      for (const { kind, id } of theirs) if (UNMISTAKABLE.has(kind)) ids.add(lastPart(id));
      keep(theirs.filter(({ kind }) => !SETTLING.has(kind)));
      for (const resource of theirs) if (SETTLING.has(resource.kind)) keys.add(keyOf(resource));
    };
    const settle = async (): Promise<void> => {
      await ready;
      await world.clock.sleep(SETTLED_AFTER_MS);
      keep((await inventoryAtOnce(world)).filter((resource) => keys.has(keyOf(resource))));
    };
    const ready = begin();
    const settled = settle();

    return {
      ready,
      called(made) {
        if (!isResourceWrite(made)) return;
        for (const text of stringsIn(made.input))
          for (const word of text.split(/[/:,"\s]+/))
            if (ids.has(word)) tell(`${nameOf(made)} by ${functionBehind(made.principal)} names ${word}, a stranger's`);
      },
      async ended() {
        await settled;
        const now = new Set(linesOf(await inventoryAtOnce(world)));
        const changed = lines.filter((line) => !now.has(line));
        for (const line of changed.slice(0, MOST_TOLD)) tell(`a stranger's is not what it was: ${line}`);
        if (lines.length === 0) tell('no stranger was ever there');
      },
    };
  },
};

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function certificateIn(world: World, region: Region, domain: string): string {
  const { certificates } = world.state(acmHome, { account: world.account, region });
  return [...certificates.values()].find(({ names }) => names.includes(domain))?.arn ?? '';
}

/** Strangers have time: whatever AWS has no time for now, they ask for again. */
const patient =
  (caller: Caller, { clock }: World): Caller =>
  async (call) => {
    for (;;) {
      try {
        return await caller(call);
      } catch (error) {
        if (!isFault(error, 'Throttled')) throw error;
        await clock.sleep(TRIED_AGAIN_AFTER_MS);
      }
    }
  };
