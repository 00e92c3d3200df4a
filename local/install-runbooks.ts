import { policyOf, trustOf } from '../permissions/role.ts';
import { runbookRolesOf } from '../permissions/runbook-roles.ts';
import { runbooks } from '../runbooks/index.ts';
import { APPROVALS_TOPIC } from '../runbooks/settings.ts';
import type { ServiceName } from '../simulator/service.ts';
import type { Deployment } from './install.ts';

/** Makes one call as whoever deploys. */
type Call = (service: ServiceName, region: string, operation: string, input: object) => Promise<object>;

/** Puts the runbooks into the simulator, with the roles they act as and are approved by, and the topic of approvals. */
export async function installRunbooks(
  call: Call,
  deployment: Pick<Deployment, 'account' | 'home' | 'table'>,
): Promise<void> {
  const { home } = deployment;
  for (const role of runbookRolesOf(deployment)) {
    await call('iam', home, 'CreateRole', {
      RoleName: role.name,
      Description: role.description,
      AssumeRolePolicyDocument: JSON.stringify(trustOf(role)),
    });
    await call('iam', home, 'PutRolePolicy', {
      RoleName: role.name,
      PolicyName: role.name,
      PolicyDocument: JSON.stringify(policyOf(role, deployment)),
    });
  }
  await call('sns', home, 'CreateTopic', { Name: APPROVALS_TOPIC });
  for (const { name, document } of runbooks(deployment))
    await call('ssm', home, 'CreateDocument', {
      Name: name,
      DocumentType: 'Automation',
      DocumentFormat: 'JSON',
      Content: JSON.stringify(document),
    });
}
