import pc from 'picocolors';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import { type Finding, problemsIn } from '../doctor/finding.ts';
import { printFindings } from '../doctor/print-findings.ts';
import { EXIT } from '../exit.ts';
import type { Printer } from '../print.ts';
import { cdkForMembers } from './cdk.ts';
import type { DeployOptions } from './deploy.ts';
import type { Runner } from './runner.ts';

/**
 * Puts the roles into an account that has members, with that account's own credentials: it is that account that says for
 * which fleets the control plane is let in.
 *
 * In   what a doctor found there; how CDK is run
 * Out  the exit code: 1 where a problem refuses it or CDK fails
 */
export async function deployMembersWith(
  members: MembersDeployed,
  { force, requireApproval }: Pick<DeployOptions, 'force' | 'requireApproval'>,
  findings: readonly Finding[],
  run: Runner,
  print: Printer,
): Promise<number> {
  const { account, controlPlane, fleets, home } = members;
  // That its roles are not there yet is why this is done.
  const inTheWay = problemsIn(findings).filter(({ check }) => check !== 'members');
  if (inTheWay.length > 0) printFindings(inTheWay, print);
  if (inTheWay.length > 0 && force === undefined) {
    print.line(`\n${pc.red('not deployed')}: solve these, or say why it should go on: --force "WHY"`);
    print.json({ deployed: false, findings });
    return EXIT.failed;
  }
  print.progress(`deploying roles to ${account}, by which ${controlPlane} is let in for ${fleets.join(', ')}`);
  const code = await cdkForMembers('deploy', members, ['--require-approval', requireApproval], run);
  print.json({ deployed: code === 0, account, controlPlane, fleets, findings });
  if (code !== 0) {
    print.line(`\n${pc.red('not deployed')}: cdk deploy ended with ${code ?? 'a signal'}, and says above why`);
    return EXIT.failed;
  }
  print.line(`\n${pc.green('deployed')}. Next, with the control plane’s credentials:`);
  print.line(`  members.REGION.account: "${account}"          in the fleet file`);
  print.line(`  landbridge put FLEET-FILE --home ${home}`);
  print.line(`  landbridge deploy --fleet-file FLEET-FILE     VPCs may be joined with those there`);
  print.line(`  landbridge onboard REGION --home ${home}`);
  return EXIT.done;
}
