import { Command, Option } from 'commander';
import { type Problem, problem } from '../../control-plane/model/problem.ts';
import { contextOf, fleetNamed } from '../context.ts';
import { BadInput } from '../exit.ts';
import { conclude, follow, startWorkflow } from '../follow.ts';

interface Options {
  readonly fleet?: string;
  readonly role?: string;
  readonly cidr?: string;
  readonly vpc?: string;
  readonly routeTable?: readonly string[];
  readonly subnet?: readonly string[];
  readonly certificateArn?: string;
  readonly name?: string;
  readonly wait: boolean;
}

export const onboard = (): Command =>
  new Command('onboard')
    .description('join a Region to a fleet, and wait until callers everywhere can use it')
    .argument('<region>', 'the Region to join, eu-central-1 for one')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .addOption(
      new Option('--role <role>', 'what it is to be; left out, what the fleet file says').choices([
        'serving',
        'client',
      ]),
    )
    .option('--cidr <block>', 'its addresses; left out, a free block of the supernet')
    .option('--vpc <id>', 'borrow this VPC in place of making one; with --route-table and --subnet')
    .option('--route-table <id...>', 'route tables of the borrowed VPC that are to lead to the other members')
    .option('--subnet <id...>', 'subnets of the borrowed VPC for the endpoint, one per zone')
    .option('--certificate-arn <arn>', "the certificate for the fleet's domain; left out, the one found")
    .option('--name <name>', 'name the execution: the same name again is the same execution')
    .option('--no-wait', 'start it and return')
    .action(async (region: string, options: Options, command: Command) => {
      const problems = problemsOfBorrowing(options);
      if (problems.length > 0) throw new BadInput(problems);
      const context = await contextOf(command);
      const { role, cidr, vpc, certificateArn } = options;
      const input = {
        fleet: await fleetNamed(options.fleet, context),
        region,
        ...(role !== undefined && { role }),
        ...(cidr !== undefined && { cidr }),
        ...(vpc !== undefined && {
          vpc: { vpcId: vpc, routeTableIds: options.routeTable ?? [], subnetIds: options.subnet ?? [] },
        }),
        ...(certificateArn !== undefined && { certificateArn }),
      };
      const executionArn = await startWorkflow('onboard-region', input, options.name, context);
      context.print.line(executionArn);
      if (options.wait) conclude(await follow(executionArn, context), context);
      else context.print.json({ executionArn });
    });

/** What is borrowed is named in three options, each of them in vain without the others. */
function problemsOfBorrowing({ vpc, routeTable = [], subnet = [] }: Options): readonly Problem[] {
  const given = [
    { path: '--vpc', isThere: vpc !== undefined, remedy: 'name the VPC to borrow, or leave out the other two' },
    { path: '--route-table', isThere: routeTable.length > 0, remedy: 'name the route tables of the VPC, one at least' },
    {
      path: '--subnet',
      isThere: subnet.length > 1,
      remedy: 'name two subnets of the VPC at least, each in its own zone',
    },
  ];
  if (vpc === undefined && routeTable.length === 0 && subnet.length === 0) return [];
  return given
    .filter(({ isThere }) => !isThere)
    .map(({ path, remedy }) => problem(path, 'is needed to borrow a VPC', remedy));
}
