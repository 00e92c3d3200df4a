import { runbooks } from '../runbooks/index.ts';
import { APPROVALS_TOPIC } from '../runbooks/settings.ts';
import type { ServiceName } from '../simulator/service.ts';
import type { Deployment } from './install.ts';

/** Makes one call as whoever deploys. */
type Call = (service: ServiceName, region: string, operation: string, input: object) => Promise<object>;

/** Puts the runbooks into the simulator, and the topic through which approvers are asked. */
export async function installRunbooks(call: Call, deployment: Pick<Deployment, 'account' | 'home'>): Promise<void> {
  const { home } = deployment;
  await call('sns', home, 'CreateTopic', { Name: APPROVALS_TOPIC });
  for (const { name, document } of runbooks(deployment))
    await call('ssm', home, 'CreateDocument', {
      Name: name,
      DocumentType: 'Automation',
      DocumentFormat: 'JSON',
      Content: JSON.stringify(document),
    });
}
