import type { WorldMs } from '../../../clock.ts';
import type { World } from '../../../world.ts';
import { additionOfValues, record } from '../../cloudwatch/record.ts';
import { cloudwatchHome } from '../../cloudwatch/state.ts';
import type { HealthWatch } from './health-watch.ts';
import { watchedHealth } from './registry.ts';

const MINUTE_MS = 60_000;
const NAMESPACE = 'AWS/Route53';
/** Route 53 reports there, wherever the checkers stand. */
const REPORTS_TO = 'us-east-1';

/** Accounts of each world whose checks are being reported on. */
const reporting = new WeakMap<World, Set<string>>();

/**
 * Reports on an account's health checks every minute, for as long as it has any.
 *
 * Source: docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html: HealthCheckStatus 1 or 0,
 *         HealthCheckPercentageHealthy for checks of endpoints, ChildHealthCheckHealthyCount for calculated ones
 */
export function reportEveryMinute(world: World, account: string): void {
  if (!world.services.has('cloudwatch')) return;
  const accounts = reporting.get(world) ?? new Set();
  reporting.set(world, accounts);
  if (accounts.has(account)) return;
  accounts.add(account);
  const again = (): void => {
    const nowMs = world.clock.nowMs();
    world.clock.at(nowMs - (nowMs % MINUTE_MS) + MINUTE_MS, () => {
      if (report(world, account, world.clock.nowMs())) again();
      else accounts.delete(account);
    });
  };
  again();
}

/** Whether there was anything to report on. */
function report(world: World, account: string, nowMs: WorldMs): boolean {
  let any = false;
  for (const watch of watchedHealth(world).watches.values()) {
    if (watch.account !== account) continue;
    any = true;
    if (!world.outages.isDark(REPORTS_TO)) reportOn(world, watch, nowMs);
  }
  return any;
}

function reportOn(world: World, watch: HealthWatch, nowMs: WorldMs): void {
  const { Type } = watch.check.config;
  put(world, watch, 'HealthCheckStatus', watch.healthy ? 1 : 0, 'None', nowMs);
  const { healthy, of } = watch.tally;
  if (Type === 'CALCULATED') put(world, watch, 'ChildHealthCheckHealthyCount', healthy, 'None', nowMs);
  else if (of > 0) put(world, watch, 'HealthCheckPercentageHealthy', (100 * healthy) / of, 'Percent', nowMs);
}

/** Into the state and not by PutMetricData, which refuses namespaces of AWS's own to everybody else. */
function put(
  world: World,
  { account, check }: HealthWatch,
  name: string,
  value: number,
  unit: 'None' | 'Percent',
  nowMs: WorldMs,
): void {
  const dimensions = [{ Name: 'HealthCheckId', Value: check.id }];
  const addition = additionOfValues([value]);
  const state = world.look(cloudwatchHome, { account, region: REPORTS_TO });
  record(state, NAMESPACE, { name, dimensions, unit, atMs: nowMs, addition, highResolution: false }, nowMs);
}
