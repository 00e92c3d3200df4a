import type { VpcOwner } from '../../control-plane/model/admission.ts';
import { kindOf } from '../../control-plane/model/target.ts';
import type { FleetStore } from './fleet-store.ts';

/** VPCs that other fleets have, by their journals and whatever became of the tags: those they have made, and those their members borrow. */
export async function vpcsOfOthers(fleet: string, store: FleetStore): Promise<ReadonlyMap<string, VpcOwner>> {
  const found = new Map<string, VpcOwner>();
  for (const other of await store.fleets()) {
    if (other === fleet) continue;
    const { ids, members } = await store.load(other);
    for (const [key, id] of ids) if (kindOf(key) === 'vpc') found.set(id, { fleet: other, isBorrowed: false });
    // The journal knows the ids of those, too.
    for (const { borrowed } of members)
      if (borrowed !== undefined) found.set(borrowed.vpcId, { fleet: other, isBorrowed: true });
  }
  return found;
}
