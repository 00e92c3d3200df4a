import { agentPackage } from '../local/agent-package.ts';
import type { AgentPackage } from '../operator/read-fleet-file.ts';

/**
 * The agents' code for the Lambda that is reached so: on AWS itself what was bundled. Whatever answers in its place runs no
 * code of ours, and the simulator knows the agents by a package that says that they run in its own process.
 *
 * In  the variables that clients are made of; where other services answer is no matter: S3 may well be somebody's own
 */
export async function agentsFor(environment: Readonly<Record<string, string | undefined>>): Promise<AgentPackage> {
  const url = environment['AWS_ENDPOINT_URL_LAMBDA'] ?? environment['AWS_ENDPOINT_URL'];
  if (url !== undefined && !isOfAws(url)) return agentPackage;
  // Loaded here and not above: esbuild is nothing that other commands need.
  const { bundledAgents } = await import('../bundles/agent-package.ts');
  return bundledAgents();
}

/** An endpoint of AWS's own, named for its being private or FIPS: 'https://vpce-0a1b-2c3d.lambda.us-east-1.vpce.amazonaws.com'. */
const isOfAws = (url: string): boolean => URL.parse(url)?.hostname.endsWith('.amazonaws.com') === true;
