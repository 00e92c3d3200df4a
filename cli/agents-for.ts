import { agentPackage } from '../local/agent-package.ts';
import type { AgentPackage } from '../operator/read-fleet-file.ts';

const ENDPOINT = /^AWS_ENDPOINT_URL/;

/**
 * The agents' code for the AWS that is reached so: on AWS itself what was bundled. Whatever answers in its place runs no
 * code of ours, and the simulator knows the agents by a package that says that they run in its own process.
 */
export async function agentsFor(environment: Readonly<Record<string, string | undefined>>): Promise<AgentPackage> {
  if (Object.keys(environment).some((name) => ENDPOINT.test(name) && environment[name] !== undefined))
    return agentPackage;
  // Loaded here and not above: esbuild is nothing that other commands need.
  const { bundledAgents } = await import('../bundles/agent-package.ts');
  return bundledAgents();
}
