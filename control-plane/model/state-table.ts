import type { Fleet } from './fleet.ts';
import type { Region } from './region.ts';

/** The table that everything Landbridge knows is kept in: in home, and as a replica in every member's Region. */
export const STATE_TABLE = 'landbridge-state';

/** The same table in one Region: the control plane's, whoever asks. */
export const tableArnIn = ({ account }: Pick<Fleet, 'account'>, region: Region): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${STATE_TABLE}`;
