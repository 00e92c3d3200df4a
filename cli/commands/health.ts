import { Command } from 'commander';
import pc from 'picocolors';
import type { Streak } from '../../control-plane/health/probe-row.ts';
import { isDrained } from '../../control-plane/traffic/traffic.ts';
import { situationOf } from '../../handlers/runtime/situation.ts';
import { contextOf, fleetStateOf } from '../context.ts';
import { movedAndOpen } from '../moved-and-open.ts';
import { duration } from '../print.ts';

export const health = (): Command =>
  new Command('health')
    .description('the probe matrix: how every replica looks from every member, and what follows from it')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const { print } = context;
      const state = await fleetStateOf(options.fleet, context);
      const { name } = state.declared.fleet;
      const { rows, traffic, incidents } = state.health;
      // The newest row is now, as far as health goes: a simulator's clock is not this machine's.
      const nowMs = Math.max(0, ...rows.map(({ atMs }) => atMs));
      const { findings, discounted } = situationOf(state, nowMs).diagnosis;
      const serving = state.members.filter(({ role }) => role === 'serving').map(({ region }) => region);
      print.line(`${pc.bold(name)}  rows: who asks; columns: who is asked; the last round is the last sign`);
      print.line();
      print.table(
        ['from', ...serving, 'by name', 'written'],
        rows.map(({ observer, replicas, name: byName, atMs }) => [
          observer in discounted ? pc.yellow(observer) : observer,
          ...serving.map((region) => cellOf(replicas[region])),
          cellOf(byName),
          `${duration(nowMs - atMs)} before the newest`,
        ]),
      );
      for (const [observer, because] of Object.entries(discounted))
        print.line(`${pc.yellow('no evidence')} ${observer}: ${because}`);
      print.line();
      if (findings.length === 0) print.line(pc.green('nothing is wrong, as far as probes see'));
      for (const { cause, says, confidence, evidence } of findings) {
        print.line(`${pc.red(cause)}  ${says} (${Math.round(confidence * 100)} % of the evidence)`);
        for (const piece of evidence) print.line(`    ${piece}`);
      }
      for (const line of movedAndOpen(state.health)) print.line(line);
      print.json({
        fleet: name,
        rows,
        findings,
        discounted,
        drained: serving.filter((region) => isDrained(traffic, region)),
        steers: traffic.steers,
        incidents,
      });
    });

function cellOf(streak: Streak | undefined): string {
  if (streak === undefined) return '-';
  const { state, recent, symptom, latencyMs } = streak;
  const sign = recent.slice(-6);
  return state === 'well'
    ? `${pc.green('well')} ${Math.round(latencyMs)} ms ${sign}`
    : `${pc.red('sick')} ${symptom ?? ''} ${sign}`;
}
