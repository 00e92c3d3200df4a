import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { deliver } from './deliver.ts';
import { eventbridgeHome, type Rule } from './state.ts';

/** Sets the clock for a scheduled rule, or takes it back where the rule no longer fires. */
export function wind(world: World, place: Place, rule: Rule): void {
  rule.timer?.cancel();
  rule.timer = undefined;
  const { schedule } = rule;
  if (schedule === undefined || !rule.enabled) return;
  const { clock } = world;
  const nextMs = schedule.compiled.next(clock.nowMs(), rule.enabledMs);
  if (nextMs === undefined) return;
  rule.timer = clock.at(nextMs, () => {
    // From the instant it was due, not from when the clock got there: schedules do not drift.
    fire(world, place, rule, nextMs);
    wind(world, place, rule);
  });
}

function fire(world: World, place: Place, rule: Rule, dueMs: number): void {
  // What was due in a dark Region is not made up for.
  if (world.outages.isDark(place.region)) return;
  const event = {
    version: '0' as const,
    id: world.look(eventbridgeHome, place).random.uuid(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: place.account,
    time: new Date(dueMs).toISOString().replace('.000Z', 'Z'),
    region: place.region,
    resources: [rule.arn],
    detail: {},
  };
  const text = JSON.stringify(event);
  for (const target of rule.targets.values()) deliver(world, place, { rule, target, event, text, forwarded: false });
}
