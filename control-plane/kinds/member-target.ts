import type { Declared, Member } from '../model/fleet.ts';
import type { Open } from '../model/reference.ts';
import type { Region } from '../model/region.ts';
import type { DesiredTarget } from './kind.ts';

/** A target that belongs to one member and concerns nobody else. */
export const memberTarget = <Desired>(
  kind: string,
  region: Region,
  want: Open<Desired>,
  name: string = region,
): DesiredTarget<Desired> => ({
  kind,
  name,
  region,
  lease: `member/${region}`,
  owners: [region],
  concerns: [region],
  want,
});

/** The members that have a replica of the API. */
export const servingMembers = ({ members }: Declared): readonly Member[] =>
  members.filter(({ role }) => role === 'serving');
