import pc from 'picocolors';
import { Fault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { EXIT } from '../exit.ts';
import type { Printer } from '../print.ts';
import { cdk, type Deployment, nameOf } from './cdk.ts';
import type { Runner } from './runner.ts';

/** A fleet in force, and who is in it. */
export interface Standing {
  readonly fleet: string;
  readonly regions: readonly string[];
}

export interface Asking {
  /** `--yes`: nobody is asked. */
  readonly isSure: boolean;
  /** Puts a question to whoever sits there; `undefined`: nobody does. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Who is in fleets by then: a question may stand there for long, and another operator may have begun a join meanwhile. */
  readonly standingBy?: () => Promise<readonly Standing[]>;
}

/**
 * Removes every stack, if no Region depends on them and whoever asks knows which deployment this is.
 *
 * Out     the exit code: 1 where CDK fails
 * Faults  Rejected while fleets have members, or where the name was not typed: nothing was done
 */
export async function destroyWith(
  deployment: Deployment,
  standing: readonly Standing[],
  { isSure, ask, standingBy }: Asking,
  run: Runner,
  print: Printer,
): Promise<number> {
  const { account, home, standby } = deployment;
  refuseWhileAnybodyIsIn(home, standing);
  const name = nameOf(deployment);
  if (!isSure) {
    if (ask === undefined)
      throw new Fault(
        'Rejected',
        `nothing was destroyed: nobody is there to type ${name}; --yes says that you are sure`,
      );
    const typed = await ask(
      `This removes every function, workflow, rule and role of Landbridge from ${account}, in ${home}${standby === undefined ? '' : ` and ${standby}`}.\nType ${name} to go on: `,
    );
    if (typed.trim() !== name) throw new Fault('Rejected', `nothing was destroyed: “${typed.trim()}” is not ${name}`);
    refuseWhileAnybodyIsIn(home, (await standingBy?.()) ?? []);
  }
  const code = await cdk('destroy', deployment, ['--force'], run);
  print.json({ destroyed: code === 0, account, home, standby, retained: [STATE_TABLE] });
  if (code !== 0) {
    print.line(
      `\n${pc.red('not all was destroyed')}: cdk destroy ended with ${code ?? 'a signal'}, and says above why. Run the same command again when it is solved.`,
    );
    return EXIT.failed;
  }
  print.line(`\n${pc.green('destroyed')}. What stays, and how it goes:`);
  for (const line of retained(deployment)) print.line(`  ${line}`);
  return EXIT.done;
}

/** Whoever is in a fleet has networks and APIs that nobody would know of any more. */
function refuseWhileAnybodyIsIn(home: Region, standing: readonly Standing[]): void {
  const left = standing.filter(({ regions }) => regions.length > 0);
  if (left.length === 0) return;
  const commands = left.flatMap(({ fleet, regions }) =>
    // Home last: whoever leaves needs the state table that is there.
    regions
      .toSorted((a, b) => Number(a === home) - Number(b === home))
      .map((region) => `  landbridge offboard ${region} --fleet ${fleet} --home ${home}`),
  );
  throw new Fault(
    'Rejected',
    `nothing was destroyed: ${left.map(({ fleet, regions }) => `${fleet} has ${regions.join(', ')}`).join('; ')}, whose networks and APIs nobody would know of any more. First take them out, one after the other:\n${commands.join('\n')}`,
  );
}

function retained({ home, standby, takenOverFrom }: Deployment): readonly string[] {
  const at = `--table-name ${STATE_TABLE} --region ${home}`;
  return [
    `the table ${STATE_TABLE}, with the fleets and the journal, protected against deletion: the next landbridge deploy takes it up again. For good:`,
    // Each Region's replica is protected for itself, and is not taken away while it is.
    ...[standby, takenOverFrom].flatMap((region) =>
      region === undefined
        ? []
        : [
            `    aws dynamodb update-table --table-name ${STATE_TABLE} --region ${region} --no-deletion-protection-enabled   and wait until it is ACTIVE`,
            `    aws dynamodb update-table ${at} --replica-updates '[{"Delete":{"RegionName":"${region}"}}]'   and wait until it is gone`,
          ],
    ),
    `    aws dynamodb update-table ${at} --no-deletion-protection-enabled`,
    `    aws dynamodb delete-table ${at}`,
    ...(takenOverFrom === undefined ? [] : [`every role, which is of the stack landbridge-roles in ${takenOverFrom}`]),
    'keys that CloudFormation gave back: KMS deletes them after 30 days, and bills nothing meanwhile',
    'log groups of the fleets’ own functions, which Lambda makes in members’ Regions (those of agents go with their members):',
    `    aws logs describe-log-groups --log-group-name-prefix /aws/lambda/landbridge- --region REGION`,
    'what cdk bootstrap made, which other applications may use: the stack CDKToolkit of each Region',
  ];
}
