import { expect, test } from 'vitest';
import { incidentLines } from '../../handlers/runtime/incident-metrics.ts';
import { incident, NOW_MS } from '../map/known.ts';

const closed = (cause: Parameters<typeof incident>[0], seconds: number) =>
  incident(cause, {
    status: 'closed',
    openedAtMs: NOW_MS - 600_000,
    sinceMs: NOW_MS - 600_000,
    repairedAtMs: NOW_MS - 600_000 + seconds * 1_000,
    closedAtMs: NOW_MS,
  });
const lines = (...args: Parameters<typeof incidentLines>): readonly Record<string, unknown>[] =>
  incidentLines(...args).map((line) => JSON.parse(line) as Record<string, unknown>);

test('nothing happened: nothing is printed, and no metric is paid for', () => {
  const open = incident('view/eu-west-1');
  expect(lines({ fleet: 'payments', atMs: NOW_MS }, { opened: [], ended: [], touched: [open] })).toEqual([]);
});

test('one line for each kind of cause: what was opened, closed, and how long that took', () => {
  const notOurs = closed('link/eu-west-1~us-east-1', 70);
  const found = lines(
    { fleet: 'payments', atMs: NOW_MS },
    {
      opened: [incident('region/eu-west-1'), incident('link/eu-west-1~us-east-1')],
      ended: [closed('link/ap-south-1~us-east-1', 40), closed('link/sa-east-1~us-east-1', 90)],
      touched: [closed('link/ap-south-1~us-east-1', 40), closed('link/sa-east-1~us-east-1', 90), notOurs],
    },
  );
  expect(found).toMatchObject([
    { fleet: 'payments', cause: 'region', IncidentsOpened: 1 },
    { fleet: 'payments', cause: 'link', IncidentsOpened: 1, IncidentsClosed: 2, TimeToRepair: [40, 90] },
  ]);
  expect(found[1]).toMatchObject({
    _aws: {
      Timestamp: NOW_MS,
      CloudWatchMetrics: [
        {
          Namespace: 'Landbridge',
          Dimensions: [['fleet', 'cause']],
          Metrics: [
            { Name: 'IncidentsOpened', Unit: 'Count' },
            { Name: 'IncidentsClosed', Unit: 'Count' },
            { Name: 'TimeToRepair', Unit: 'Seconds' },
          ],
        },
      ],
    },
  });
});

test('one that turned out to be a part of another is not counted as repaired', () => {
  const part = closed('link/eu-west-1~us-east-1', 40);
  const whole = incident('network/eu-west-1', { id: 'whole', formerly: ['link/eu-west-1~us-east-1'], openedAtMs: 0 });
  expect(lines({ fleet: 'payments', atMs: NOW_MS }, { opened: [], ended: [part], touched: [part, whole] })).toEqual([]);
});
