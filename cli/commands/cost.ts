import { Command, Option } from 'commander';
import { costOfEvidence, total } from '../../control-plane/health/cost.ts';
import { BIT_REMEMBERS_MS, CHECKED_FROM } from '../../control-plane/model/agents.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { contextOf, fleetStateOf, printerOf } from '../context.ts';
import { wholeNumber } from '../whole-number.ts';

const MOST_MEMBERS = 100;

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

export const cost = (): Command =>
  new Command('cost')
    .description('what it costs, per member and month, to know how the fleet is: probes, checks, metrics, alarms')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .addOption(
      new Option('--members <n>', 'reckon for so many members; asks no AWS')
        .argParser(wholeNumber(1, MOST_MEMBERS))
        .conflicts('fleet'),
    )
    .action(async (options: { fleet?: string; members?: number }, command: Command) => {
      const context = options.members === undefined ? await contextOf(command) : undefined;
      const members =
        context === undefined ? (options.members ?? 0) : (await fleetStateOf(options.fleet, context)).members.length;
      if (context !== undefined && members === 0)
        throw new Fault('Rejected', 'nobody has joined the fleet yet: say how many will, with --members');
      const lines = costOfEvidence(members, CHECKED_FROM.length, BIT_REMEMBERS_MS);
      const print = context?.print ?? printerOf(command);
      print.line(`each serving member of a fleet of ${members}, a month, in us-east-1's prices and without free tiers`);
      print.table(
        ['', 'quantity', '', 'dollars'],
        [
          ...lines.map(({ item, quantity, unit, dollars: amount }) => [
            item,
            quantity >= 100 ? Math.round(quantity).toLocaleString('en') : String(Number(quantity.toPrecision(3))),
            unit,
            dollars(amount),
          ]),
          ['in all', '', '', dollars(total(lines))],
        ],
      );
      print.json({ members, lines, dollars: total(lines) });
    });
