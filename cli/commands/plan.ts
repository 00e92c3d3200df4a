import { Command } from 'commander';
import pc from 'picocolors';
import { judged } from '../../control-plane/loop/judged.ts';
import type { Plan, Step } from '../../control-plane/loop/plan.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import type { Override, Situation } from '../../control-plane/policies/policy.ts';
import { counted, emptyTally, patient } from '../../handlers/runtime/caller.ts';
import { Journal } from '../../handlers/runtime/journal.ts';
import { lookAt } from '../../handlers/runtime/look-at.ts';
import { situationOf } from '../../handlers/runtime/situation.ts';
import { contextOf, scopeOf } from '../context.ts';
import { EXIT } from '../exit.ts';
import { fleetNow } from '../fleet-now.ts';
import { notLetIn } from '../not-let-in.ts';
import { instant } from '../print.ts';
import { lastUndone, undoneSays } from '../undone.ts';

/** Among which what was tried of the steps of this plan is looked for. */
const NEWEST_ENTRIES = 500;

const SIGN: Record<Step['action'], string> = { create: pc.green('+'), change: pc.yellow('~'), remove: pc.red('-') };

export const plan = (): Command =>
  new Command('plan')
    .description('what a reconcile would change now, and why, and what policies keep it from; changes nothing')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--region <region...>', 'only what concerns these; left out, the whole fleet')
    .action(async (options: { fleet?: string; region?: string[] }, command: Command) => {
      const context = await contextOf(command);
      const { runtime, print } = context;
      const tally = emptyTally();
      const call = patient(counted(runtime.call, tally), runtime);
      const { state, nowMs } = await fleetNow(options.fleet, context);
      const scope = scopeOf(options.region, state);
      const sight = await lookAt(state, { scope, call, nowMs });
      const { waiting, findings } = sight.plan;
      const situation = situationOf(state, nowMs, sight.plan.steps);
      const { steps, held, refused } = leftByPolicies(sight.plan, situation, state.health.overrides);
      const journal = await new Journal(runtime).newest(state.declared.fleet.name, NEWEST_ENTRIES);
      const planned = new Set<string>(sight.plan.steps.map(({ key }) => key));
      const undone = lastUndone(journal).filter(({ target = '' }) => planned.has(target));
      const showStep = ({ key, action, drift }: Step): void => {
        print.line(`${SIGN[action]} ${action} ${pc.bold(key)}`);
        for (const { field, desired, observed, impact } of drift)
          print.line(
            `    ${field}: ${shortly(observed)} → ${shortly(desired)}${impact === 'none' ? '' : pc.yellow(`  ${impact}`)}`,
          );
        for (const entry of undone.filter(({ target }) => target === key))
          print.line(
            `    ${pc.red('failed')} when ${entry.run} tried, ${instant(entry.atMs)} UTC: ${undoneSays(entry)}`,
          );
      };
      for (const step of steps) showStep(step);
      for (const { target, because } of waiting) print.line(`${pc.dim('…')} ${target} ${because}`);
      for (const [title, kept] of [
        ['held by policies, and asked for again later', held],
        ['refused by policies', refused],
      ] as const) {
        if (kept.length > 0) print.line(`\n${pc.bold(title)}`);
        for (const { step, because } of kept) {
          showStep(step);
          print.line(`    ${pc.yellow(because)}`);
        }
      }
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
      const byPolicies = held.length + refused.length > 0 ? `${held.length} held, ${refused.length} refused, ` : '';
      const summary = `${sight.chosen.size - unseen} targets looked at with ${tally.reads} reads: ${steps.length} to change, ${byPolicies}${waiting.length} waiting, ${others.length} findings${unseen === 0 ? '' : `, ${unseen} not looked at`}`;
      print.line(
        sight.plan.steps.length + waiting.length + findings.length === 0 ? `as declared; ${summary}` : `\n${summary}`,
      );
      print.json({
        targets: sight.chosen.size,
        reads: tally.reads,
        steps,
        held,
        refused,
        undone,
        waiting,
        findings,
        notLetIn: closed,
      });
      // Nobody knows what a reconcile would do about what nobody saw.
      if (findings.some(({ finding }) => finding === 'unseen')) process.exitCode = EXIT.failed;
    });

/** A step that a policy keeps from being done now. */
interface Kept {
  readonly step: Step;
  readonly because: string;
}

/** The steps that a reconcile would take now, and those that policies hold or refuse, as its own look judges them. */
export function leftByPolicies(
  planned: Plan,
  situation: Situation,
  overrides: readonly Override[],
): { readonly steps: readonly Step[]; readonly held: readonly Kept[]; readonly refused: readonly Kept[] } {
  const { steps, waiting, findings } = judged(
    { ...planned, waiting: [], findings: [] },
    'reconcile',
    situation,
    overrides,
  );
  const stepOf = new Map(planned.steps.map((step) => [step.key, step]));
  const keptOf = (target: TargetKey, because: string): readonly Kept[] => {
    const step = stepOf.get(target);
    return step === undefined ? [] : [{ step, because }];
  };
  return {
    steps,
    held: waiting.flatMap(({ target, because }) => keptOf(target, because)),
    refused: findings.flatMap(({ target, says }) => keptOf(target, says.replace(`${target}: `, ''))),
  };
}

const shortly = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
};
