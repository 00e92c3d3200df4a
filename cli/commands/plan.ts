import { Command } from 'commander';
import pc from 'picocolors';
import type { Step } from '../../control-plane/loop/plan.ts';
import { counted, emptyTally, patient } from '../../handlers/runtime/caller.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { lookAt } from '../../handlers/runtime/look-at.ts';
import { contextOf, fleetStateOf, scopeOf } from '../context.ts';
import { notLetIn } from '../not-let-in.ts';
import { instant } from '../print.ts';
import { lastUndone, undoneSays } from '../undone.ts';

/** Among which what was tried of the steps of this plan is looked for. */
const NEWEST_ENTRIES = 500;

const SIGN: Record<Step['action'], string> = { create: pc.green('+'), change: pc.yellow('~'), remove: pc.red('-') };

export const plan = (): Command =>
  new Command('plan')
    .description('what a reconcile would change now, and why; changes nothing')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--region <region...>', 'only what concerns these; left out, the whole fleet')
    .action(async (options: { fleet?: string; region?: string[] }, command: Command) => {
      const context = await contextOf(command);
      const { runtime, print } = context;
      const tally = emptyTally();
      const call = patient(counted(runtime.call, tally), runtime);
      const state = await fleetStateOf(options.fleet, context);
      const scope = scopeOf(options.region, state);
      const sight = await lookAt(state, { scope, call, nowMs: runtime.nowMs() });
      const { steps, waiting, findings } = sight.plan;
      const journal = await new Journal(runtime).newest(state.declared.fleet.name, NEWEST_ENTRIES);
      const planned = new Set<string>(steps.map(({ key }) => key));
      const undone = lastUndone(journal).filter(({ target = '' }) => planned.has(target));
      for (const { key, action, drift } of steps) {
        print.line(`${SIGN[action]} ${action} ${pc.bold(key)}`);
        for (const { field, desired, observed, impact } of drift)
          print.line(
            `    ${field}: ${shortly(observed)} → ${shortly(desired)}${impact === 'none' ? '' : pc.yellow(`  ${impact}`)}`,
          );
        for (const entry of undone.filter(({ target }) => target === key))
          print.line(
            `    ${pc.red('failed')} when ${entry.run} tried, ${instant(entry.atMs)} UTC: ${undoneSays(entry)}`,
          );
      }
      for (const { target, because } of waiting) print.line(`${pc.dim('…')} ${target} ${because}`);
      const { others, closed } = notLetIn(findings);
      for (const { finding, target, says } of others)
        print.line(`${pc.red('!')} ${finding} ${pc.bold(target)}: ${says}`);
      for (const { account, targets } of closed)
        print.line(
          `${pc.yellow('!')} account ${pc.bold(account)} does not let you in: ${targets.length} targets there, or hanging on those, were not looked at`,
        );
      if (closed.length > 0)
        print.line(pc.dim('  landbridge reconcile looks there as the control plane, and mends what has drifted'));
      const unseen = closed.reduce((sum, { targets }) => sum + targets.length, 0);
      const summary = `${sight.chosen.size - unseen} targets looked at with ${tally.reads} reads: ${steps.length} to change, ${waiting.length} waiting, ${others.length} findings${unseen === 0 ? '' : `, ${unseen} not looked at`}`;
      print.line(steps.length + waiting.length + findings.length === 0 ? `as declared; ${summary}` : `\n${summary}`);
      print.json({
        targets: sight.chosen.size,
        reads: tally.reads,
        steps,
        undone,
        waiting,
        findings,
        notLetIn: closed,
      });
    });

const shortly = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
};
