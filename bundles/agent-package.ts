import { agentNames } from '../control-plane/model/agents.ts';
import { filesOf } from './files.ts';
import { servicesOf } from './services.ts';
import { sourceOf } from './sources.ts';
import { codeSha256Of, zipOf } from './zip.ts';

/** Code that Lambda is given: a zip, and the SHA-256 that Lambda reports of it. */
export interface AgentPackage {
  readonly zip: Uint8Array;
  readonly codeSha256: string;
}

/**
 * The agents as they run on AWS: one package, whose handlers are 'index.probe', 'index.watch' and 'index.bit', as the kind
 * `agent` has them.
 *
 * Out  the same bytes for the same sources and packages: putting a fleet again changes no agent
 */
export async function bundledAgents(): Promise<AgentPackage> {
  const services = await Promise.all(agentNames.map(servicesOf));
  const entry = agentNames.map((name) => `export { handler as ${name} } from './${sourceOf(name)}';`).join('\n');
  const zip = zipOf(await filesOf(entry, new Set(services.flatMap((some) => [...some]))));
  return { zip, codeSha256: codeSha256Of(zip) };
}
