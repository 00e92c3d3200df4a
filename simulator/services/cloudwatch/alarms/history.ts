import type { HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { WorldMs } from '../../../clock.ts';
import type { CloudWatchState } from '../state.ts';

/** Source: DescribeAlarmHistory and the user guide: 30 days, of deleted alarms too. */
const KEPT_MS = 30 * 86_400_000;
/** A simulation may run for years, with an alarm that cannot make up its mind. */
const MOST_ITEMS = 10_000;

/** Writes an item into the history of a place's alarms, and forgets what is too old. */
export function remember(
  { history }: CloudWatchState,
  item: {
    readonly alarmName: string;
    readonly atMs: WorldMs;
    readonly type: HistoryItemType;
    readonly summary: string;
  },
  details: object,
): void {
  history.push({ ...item, details: JSON.stringify({ version: '1.0', ...details }) });
  const firstKept = history.findIndex(({ atMs }) => atMs >= item.atMs - KEPT_MS);
  const surplus = Math.max(firstKept, history.length - MOST_ITEMS);
  if (surplus > 0) history.splice(0, surplus);
}
