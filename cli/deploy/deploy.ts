import pc from 'picocolors';
import { type Check, type Finding, problemsIn } from '../doctor/finding.ts';
import { printFindings } from '../doctor/print-findings.ts';
import { EXIT } from '../exit.ts';
import type { Printer } from '../print.ts';
import { cdk, type Deployment } from './cdk.ts';
import type { Runner } from './runner.ts';

/** What a deployment itself depends on. The rest is what joins depend on, and can be mended until then. */
const ITS_OWN: ReadonlySet<Check> = new Set<Check>([
  'credentials',
  'tools',
  'clock',
  'regions',
  'bootstrap',
  'concurrency',
  'standby',
]);

export interface DeployOptions {
  /** Why it goes on over problems. */
  readonly force?: string | undefined;
  readonly requireApproval: string;
  /** As the next steps are to name it. */
  readonly fleetFile?: string | undefined;
}

/**
 * Deploys every stack, if nothing is in the way.
 *
 * In   findings of a doctor; how CDK is run
 * Out  the exit code: 1 where a problem refuses it or CDK fails
 */
export async function deployWith(
  deployment: Deployment,
  { force, requireApproval, fleetFile }: DeployOptions,
  findings: readonly Finding[],
  run: Runner,
  print: Printer,
): Promise<number> {
  const inTheWay = problemsIn(findings).filter(({ check }) => ITS_OWN.has(check));
  // That the roles which are there join VPCs with too few accounts is mended by this.
  const told = findings.filter(({ check }) => check !== 'peerings');
  if (told.some(({ level }) => level === 'problem' || level === 'warning')) printFindings(told, print);
  if (inTheWay.length > 0 && force === undefined) {
    print.line(
      `\n${pc.red('not deployed')}: ${inTheWay.length} of these would stop it halfway, or leave fleets without their standby. Solve them, or say why it should go on: --force "WHY"`,
    );
    print.json({ deployed: false, findings });
    return EXIT.failed;
  }
  if (inTheWay.length > 0) print.line(`\n${pc.yellow('deploying all the same')}: ${force}`);
  const { account, home, standby, table } = deployment;
  print.progress(
    `deploying to ${account}: home ${home}, ${standby === undefined ? 'no standby' : `standby ${standby}`}, state table ${table === 'new' ? "the stack's own" : 'kept from before'}`,
  );
  const code = await cdk('deploy', deployment, ['--require-approval', requireApproval], run);
  const isDeployed = code === 0;
  print.json({ deployed: isDeployed, account, home, standby, table, findings });
  if (!isDeployed) {
    print.line(
      `\n${pc.red('not deployed')}: cdk deploy ended with ${code ?? 'a signal'}, and says above why. What it had begun, CloudFormation takes back: aws cloudformation describe-stack-events --stack-name landbridge-home --region ${home} has every step. Run the same command again when it is solved.`,
    );
    return EXIT.failed;
  }
  print.line(`\n${pc.green('deployed')}. Next:`);
  print.line(`  landbridge put ${fleetFile ?? 'FLEET-FILE'} --home ${home}     the fleet is in force`);
  print.line(`  landbridge doctor --home ${home}              what joins depend on`);
  print.line(`  landbridge onboard ${home} --home ${home}     its first Region joins; then the others`);
  return EXIT.done;
}
