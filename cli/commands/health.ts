import { Command } from 'commander';
import pc from 'picocolors';
import type { ProbeRow, Streak } from '../../control-plane/health/probe-row.ts';
import { howMany } from '../../control-plane/model/how-many.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { isDrained } from '../../control-plane/traffic/traffic.ts';
import { situationOf } from '../../handlers/runtime/situation.ts';
import { contextOf } from '../context.ts';
import { fleetNow } from '../fleet-now.ts';
import { movedAndOpen } from '../moved-and-open.ts';
import { duration, instant } from '../print.ts';

export const health = (): Command =>
  new Command('health')
    .description('the probe matrix: how every replica looks from every member, and what follows from it')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const { print } = context;
      const { state, nowMs } = await fleetNow(options.fleet, context);
      const { name } = state.declared.fleet;
      const { rows, traffic, incidents } = state.health;
      const { findings, discounted } = situationOf(state, nowMs).diagnosis;
      const serving = state.members.filter(({ role }) => role === 'serving').map(({ region }) => region);
      print.line(`${pc.bold(name)}  ${instant(nowMs)} UTC`);
      print.line(`rows: who asks; columns: who is asked; the last round is the last sign`);
      print.line();
      print.table(
        ['from', ...serving, 'by name', 'written'],
        rows.map(({ observer, replicas, name: byName, atMs }) => [
          observer in discounted ? pc.yellow(observer) : observer,
          ...serving.map((region) => cellOf(replicas[region])),
          cellOf(byName),
          atMs > nowMs ? `${duration(atMs - nowMs)} ahead` : `${duration(nowMs - atMs)} ago`,
        ]),
      );
      for (const [observer, because] of Object.entries(discounted))
        print.line(`${pc.yellow('no evidence')} ${observer}: ${because}`);
      print.line();
      if (findings.length === 0) print.line(nothingFound(name, rows, discounted));
      for (const { cause, says, confidence, evidence } of findings) {
        print.line(`${pc.red(cause)}  ${says} (${Math.round(confidence * 100)} % of the evidence)`);
        for (const piece of evidence) print.line(`    ${piece}`);
      }
      for (const line of movedAndOpen(state.health)) print.line(line);
      print.json({
        fleet: name,
        nowMs,
        rows,
        findings,
        discounted,
        drained: serving.filter((region) => isDrained(traffic, region)),
        steers: traffic.steers,
        incidents,
      });
    });

/** That no cause was found is good news only of those whose rows say something about now. */
export function nothingFound(
  fleet: string,
  rows: readonly ProbeRow[],
  discounted: Readonly<Record<Region, string>>,
): string {
  if (rows.length === 0)
    return pc.yellow('nobody knows whether anything is wrong: there is no row yet; landbridge status tells who is in');
  const count = rows.filter(({ observer }) => !(observer in discounted)).length;
  if (count === 0)
    return pc.red(
      `nobody knows whether anything is wrong: no row says anything about now. Look whether landbridge-${fleet}_watch runs in each Region, by its log, and with landbridge doctor whether the clock here is right`,
    );
  return count === rows.length
    ? pc.green('nothing is wrong, as far as probes see')
    : pc.yellow(`nothing is wrong, as far as ${count} of ${howMany(rows.length, 'row')} tell`);
}

function cellOf(streak: Streak | undefined): string {
  if (streak === undefined) return '-';
  const { state, recent, symptom, latencyMs } = streak;
  const sign = recent.slice(-6);
  return state === 'well'
    ? `${pc.green('well')} ${Math.round(latencyMs)} ms ${sign}`
    : `${pc.red('sick')} ${symptom ?? ''} ${sign}`;
}
