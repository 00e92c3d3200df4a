import { Command } from 'commander';
import pc from 'picocolors';
import { isAbroad } from '../../control-plane/model/accounts.ts';
import type { Member } from '../../control-plane/model/fleet.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { linksOf } from '../../control-plane/model/topology.ts';
import { isDrained } from '../../control-plane/traffic/traffic.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { Journal, type JournalEntry } from '../../handlers/runtime/journal.ts';
import { contextOf, fleetStateOf } from '../context.ts';
import { movedAndOpen, openOf } from '../moved-and-open.ts';
import { instant } from '../print.ts';
import { lastUndone, undoneSays } from '../undone.ts';

/** Of a run that fails for hours, most of them are its steps. */
const NEWEST_ENTRIES = 500;
const SHOWN_RUNS = 8;
const SHOWN_REFUSALS = 3;
const SHOWN_STEPS = 5;

export const status = (): Command =>
  new Command('status')
    .description('who is in a fleet, where callers are sent, what is under way, and what happened last')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const state = await fleetStateOf(options.fleet, context);
      const journal = await new Journal(context.runtime).newest(state.declared.fleet.name, NEWEST_ENTRIES);
      const { print } = context;
      for (const line of headOf(state)) print.line(line);
      print.line();
      print.table(...membersOf(state));
      for (const line of movedAndOpen(state.health)) print.line(line);
      const runs = runsOf(state, journal);
      for (const { run, scope } of state.runs) {
        print.line(`\nunder way: ${pc.bold(run)} ${JSON.stringify(scope)}`);
        for (const line of stepsOf(runs.undone, run)) print.line(line);
      }
      if (runs.outcomes.length > 0) {
        print.line('\nlast runs');
        print.table(...endsOf(runs.outcomes));
      }
      for (const { run, says } of runs.outcomes.filter(({ outcome }) => outcome === 'failed')) {
        print.line(`${pc.red('failed')} ${run}: ${says}`);
        for (const line of stepsOf(runs.undone, run)) print.line(line);
      }
      for (const { atMs, run, says } of runs.refused)
        print.line(`${pc.red('refused')} ${instant(atMs)} ${run}: ${says}`);
      for (const [kind, because] of Object.entries(state.leftOut))
        print.line(`${pc.yellow('left out')} ${kind}: ${because}`);
      for (const { atMs, target, says } of runs.conflicts)
        print.line(`${pc.red('conflict')} ${instant(atMs)} ${target ?? ''}: ${says}`);
      for (const { atMs, says } of runs.refusedSteps) print.line(`${pc.red('refused')} ${instant(atMs)} ${says}`);
      if (state.runs.length + runs.outcomes.length > 0)
        print.line(pc.dim('\nlandbridge explain RUN tells one of them; landbridge incidents, what went wrong'));
      const { fleet } = state.declared;
      print.json({
        fleet: fleet.name,
        domain: fleet.domain,
        home: fleet.home,
        members: state.members,
        links: linksOf(state.declared).map((link) => link.name),
        drains: state.health.traffic.drains,
        steers: state.health.traffic.steers,
        incidents: openOf(state.health),
        runs: state.runs,
        outcomes: runs.outcomes,
        undone: runs.undone,
        refused: runs.refused,
        conflicts: runs.conflicts,
        refusedSteps: runs.refusedSteps,
        leftOut: state.leftOut,
      });
    });

function headOf({ declared }: FleetState): readonly string[] {
  const { fleet } = declared;
  const { kind } = fleet.network.topology;
  return [`${pc.bold(fleet.name)}  ${fleet.domain}  home ${fleet.home}, ${kind} of ${linksOf(declared).length} links`];
}

type TableParts = readonly [head: readonly string[], rows: readonly (readonly string[])[]];

function membersOf({ declared: { fleet }, members, ids, health: { traffic } }: FleetState): TableParts {
  const isAnyAbroad = members.some((member) => isAbroad(fleet, member));
  const inTrafficOf = ({ role, region, inTraffic }: Member): string => {
    if (role === 'client') return '-';
    if (isDrained(traffic, region)) return pc.red('evacuated');
    return inTraffic ? 'yes' : pc.yellow('no');
  };
  return [
    ['member', ...(isAnyAbroad ? ['account'] : []), 'role', 'phase', 'in traffic', 'addresses', 'vpc', 'endpoint'],
    members.map((member) => {
      const { region, role, phase, cidrs, borrowed, account = fleet.account } = member;
      return [
        region,
        ...(isAnyAbroad ? [account] : []),
        role,
        phase === 'joined' ? pc.green(phase) : pc.yellow(phase),
        inTrafficOf(member),
        cidrs.join(' '),
        borrowed === undefined ? (ids.get(keyOf('vpc', region)) ?? '-') : `${borrowed.vpcId} (borrowed)`,
        ids.get(keyOf('endpoint', region)) ?? '-',
      ];
    }),
  ];
}

interface Runs {
  readonly outcomes: readonly JournalEntry[];
  /** Steps of those and of the runs under way that failed when they were tried last. */
  readonly undone: readonly JournalEntry[];
  /** What was refused before it began: no run tells of it. */
  readonly refused: readonly JournalEntry[];
  readonly conflicts: readonly JournalEntry[];
  /** What a policy would not let a run do. */
  readonly refusedSteps: readonly JournalEntry[];
}

function runsOf({ runs }: FleetState, journal: readonly JournalEntry[]): Runs {
  const outcomes = journal.filter(({ what }) => what === 'outcome').slice(0, SHOWN_RUNS);
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
  const told = new Set([...runs, ...failed].map(({ run }) => run));
  const begun = new Set([...runs, ...outcomes].map(({ run }) => run));
  const refused = journal.filter(({ what, run }) => what === 'refused' && !begun.has(run));
  return {
    outcomes,
    undone: lastUndone(journal, told),
    refused: refused.slice(0, SHOWN_REFUSALS),
    conflicts: lastConflicts(journal),
    refusedSteps: lastRefusedSteps(journal),
  };
}

/**
 * Of each target what stood in its way when a run found that last: every run that looks says so again, and none says when it is over.
 *
 * In  the journal, newest first
 */
export const lastConflicts = (journal: readonly JournalEntry[]): readonly JournalEntry[] =>
  newestOfEach(journal.filter(({ finding }) => finding === 'conflict'));

/**
 * Of each target what a policy refused last, unless somebody has done a step of it since.
 *
 * In  the journal, newest first
 */
export function lastRefusedSteps(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const its = journal.filter(
    ({ what, finding, outcome }) => finding === 'refused' || (what === 'step' && outcome === 'done'),
  );
  return newestOfEach(its).filter(({ finding }) => finding === 'refused');
}

function newestOfEach(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const byTarget = new Map<string | undefined, JournalEntry>();
  for (const entry of entries) if (!byTarget.has(entry.target)) byTarget.set(entry.target, entry);
  return [...byTarget.values()];
}

const endsOf = (outcomes: readonly JournalEntry[]): TableParts => [
  ['ended (UTC)', 'run', 'asked for by', 'outcome', 'writes'],
  outcomes.map(({ atMs, run, signal, outcome, writes }) => [
    instant(atMs),
    run,
    String(signal),
    outcome === 'failed' ? pc.red('failed') : String(outcome),
    String(writes),
  ]),
];

function stepsOf(undone: readonly JournalEntry[], run: string): readonly string[] {
  const its = undone.filter((entry) => entry.run === run);
  const more = its.length - SHOWN_STEPS;
  return [
    ...its.slice(0, SHOWN_STEPS).map((entry) => `    ${undoneSays(entry)}`),
    ...(more > 0 ? [`    and ${more} more: landbridge explain ${run}`] : []),
  ];
}
