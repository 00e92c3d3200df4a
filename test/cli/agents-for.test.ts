import { expect, test } from 'vitest';
import { bundledAgents } from '../../bundles/agent-package.ts';
import { agentsFor } from '../../cli/agents-for.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ACCOUNT, EXAMPLE_FILE } from '../support/landbridge.ts';

test('on AWS itself a fleet gets the agents that were bundled, stored beside it', async () => {
  const agents = await agentsFor({ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: undefined });
  expect(agents.codeSha256).toBe((await bundledAgents()).codeSha256);
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agents);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  expect(found.fleet.agents).toEqual({ codeSha256: agents.codeSha256 });
  expect(found.artefacts.get(agents.codeSha256)).toEqual(agents.zip);
  expect(found.artefacts.has(agentPackage.codeSha256)).toBe(false);
});

test.for([
  { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' },
  { AWS_ENDPOINT_URL_LAMBDA: 'https://vpce-0a1b2c3d-4e5f.lambda.us-east-1.vpce.amazonaws.com' },
])('and so it does where another service, or AWS by another name, answers at %o', async (environment) => {
  expect((await agentsFor(environment)).codeSha256).toBe((await bundledAgents()).codeSha256);
});

test.for([{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:5000' }])(
  'where something answers in its place, %o, the one whose code runs in the simulator',
  async (environment) => {
    expect(await agentsFor(environment)).toBe(agentPackage);
  },
);
