import type { Command } from 'commander';
import { problem } from '../../control-plane/model/problem.ts';
import { isRegion, type Region } from '../../control-plane/model/region.ts';
import { readFleetFile, WITHOUT_AGENTS } from '../../operator/read-fleet-file.ts';
import { type GlobalOptions, reachOf } from '../context.ts';
import { BadInput } from '../exit.ts';

export interface WhereOptions {
  readonly fleetFile?: string;
  readonly standby?: string;
}

/** Which two Regions a deployment is in. */
export interface Whereabouts {
  readonly home: Region;
  readonly standby: Region | undefined;
  /** The one whose file says so. */
  readonly fleet?: string;
}

/** Whatever stands in the place of AWS has no CloudFormation that would make anything: said before anything is begun. */
export function refuseStandIn(command: Command): void {
  const { endpointUrl } = reachOf(command);
  if (endpointUrl === undefined) return;
  throw new BadInput([
    problem(
      '--endpoint-url',
      `${endpointUrl} stands in the place of AWS, and landbridge ${command.name()} works on AWS itself: there is no CloudFormation there, and nothing was done`,
      'leave out --simulator, --endpoint-url and AWS_ENDPOINT_URL; or run the simulator, which landbridge start installs Landbridge into by itself',
    ),
  ]);
}

/**
 * Home and standby as the fleet file has them, or as the options do where there is no file.
 *
 * Faults  bad input: the file and the options say two things; or nobody says whether there is a standby
 */
export function whereaboutsOf(command: Command, { fleetFile, standby }: WhereOptions, account: string): Whereabouts {
  const { home } = command.optsWithGlobals<GlobalOptions>();
  const isHomeSaid = command.getOptionValueSourceWithGlobals('home') !== 'default';
  if (fleetFile === undefined) return said(home, standby);
  const found = readFleetFile(fleetFile, account, WITHOUT_AGENTS);
  if ('problems' in found) throw new BadInput(found.problems);
  const { fleet } = found;
  const problems = [
    ...(isHomeSaid && home !== fleet.home
      ? [problem('--home', `is ${home}, and ${fleetFile} says ${fleet.home}`, 'leave it out, or correct the file')]
      : []),
    ...(standby !== undefined && standby !== (fleet.standby ?? 'none')
      ? [
          problem(
            '--standby',
            `is ${standby}, and ${fleetFile} says ${fleet.standby ?? 'none'}`,
            'leave it out, or correct the file',
          ),
        ]
      : []),
  ];
  if (problems.length > 0) throw new BadInput(problems);
  return { home: fleet.home, standby: fleet.standby, fleet: fleet.name };
}

function said(home: string, standby: string | undefined): Whereabouts {
  const problems = [
    ...(isRegion(home) ? [] : [problem('--home', `${home} is not an AWS Region`, 'correct its spelling')]),
    ...(standby === undefined
      ? [problem('--standby', 'is missing', 'name the fleet file with --fleet-file, or a Region, or say none')]
      : standby !== 'none' && !isRegion(standby)
        ? [problem('--standby', `${standby} is not an AWS Region`, 'correct its spelling, or say none')]
        : standby === home
          ? [problem('--standby', `${standby} is the home Region itself`, 'name another, or say none')]
          : []),
  ];
  if (problems.length > 0) throw new BadInput(problems);
  return { home, standby: standby === 'none' ? undefined : standby };
}
