import { Command } from 'commander';
import { provingPath } from '../../control-plane/loop/verify.ts';
import { accountOf } from '../../control-plane/model/accounts.ts';
import { type Problem, problem } from '../../control-plane/model/problem.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import type { DataPlaneRequest, Journey } from '../../simulator/data-plane/journey.ts';
import { contextOf, fleetStateOf } from '../context.ts';
import { BadInput, EXIT } from '../exit.ts';
import { printJourney } from '../journey.ts';

interface Options {
  readonly fleet?: string;
  readonly from: string;
  readonly to?: string;
  readonly path?: string;
  readonly method: string;
  readonly body?: string;
}

export const request = (): Command =>
  new Command('request')
    .description(
      "send one request from a member's VPC by the fleet's name, and print every hop it takes; exit 1 if nobody answers",
    )
    .requiredOption('--from <region>', 'the member whose VPC the caller is in')
    .option('--to <region>', 'the member that is to answer; left out, the one its view chooses')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--path <path>', 'the path to ask for, with its query')
    .option('--method <method>', 'the HTTP method', 'GET')
    .option('--body <text>', 'the request body')
    .action(async (options: Options, command: Command) => {
      const context = await contextOf(command);
      const { print, endpointUrl } = context;
      const state = await fleetStateOf(options.fleet, context);
      const member = state.members.find(({ region }) => region === options.from);
      const vpcId = member?.borrowed?.vpcId ?? state.ids.get(keyOf('vpc', options.from));
      const problems = problemsOf(options, vpcId, state);
      if (vpcId === undefined || problems.length > 0) throw new BadInput(problems);
      const { fleet } = state.declared;
      const asked: DataPlaneRequest = {
        from: { account: accountOf(fleet, member), region: options.from, vpcId },
        url: `https://${fleet.domain}${options.path ?? provingPath(fleet)}`,
        method: options.method,
        resolverCache: 'bypass',
        ...(options.to !== undefined && { pin: options.to }),
        ...(options.body !== undefined && { body: options.body }),
      };
      const journey = await ask(asked, endpointUrl);
      printJourney(asked, journey, print);
      if (journey.outcome === 'failed') process.exitCode = EXIT.failed;
    });

function problemsOf(
  { from, to, path }: Options,
  vpcId: string | undefined,
  { members }: FleetState,
): readonly Problem[] {
  const problems: Problem[] = [];
  const oneOf = (some: FleetState['members']): string =>
    some.length === 0
      ? 'there is none yet: join one first'
      : `name one of ${some.map(({ region }) => region).join(', ')}`;
  if (vpcId === undefined) problems.push(problem('--from', `${from} is not a member with a VPC`, oneOf(members)));
  const asked = members.find(({ region }) => region === to);
  if (to !== undefined && asked?.role !== 'serving')
    problems.push(
      problem(
        '--to',
        asked === undefined ? `${to} is not a member` : `${to} is a client: it has callers, and nothing that answers`,
        oneOf(members.filter(({ role }) => role === 'serving')),
      ),
    );
  if (path !== undefined && !path.startsWith('/'))
    problems.push(problem('--path', `${path} does not begin with a slash`, `write /${path}`));
  return problems;
}

/** The simulator's data plane answers at its own address; AWS has nothing like it to ask from outside. */
async function ask(asked: DataPlaneRequest, endpointUrl: string | undefined): Promise<Journey> {
  if (endpointUrl === undefined)
    throw new BadInput([
      problem(
        '--endpoint-url',
        'names AWS, where no packet can be followed from outside its VPC',
        'point it at the simulator, or use --simulator',
      ),
    ]);
  const answer = await fetch(new URL('/_simulator/request', endpointUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  if (!answer.ok)
    throw new BadInput([
      problem(
        '--endpoint-url',
        `${endpointUrl} has no data plane to ask (HTTP ${answer.status})`,
        'point it at the simulator, or use --simulator',
      ),
    ]);
  return (await answer.json()) as Journey;
}
