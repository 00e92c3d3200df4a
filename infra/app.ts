import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import type { Problem } from '../control-plane/model/problem.ts';
import { landbridgeApp } from './landbridge-app.ts';
import { isForMembers, membersApp, membersFrom } from './members-app.ts';
import { packagesOf } from './packages.ts';
import { type InfraSettings, settingsFrom } from './settings.ts';

// What `npm run synth` runs, and the CDK CLI (`cdk.json`), which says in CDK_OUTDIR where it wants the cloud assembly.
const beganMs = performance.now();
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const isByCli = process.env['CDK_OUTDIR'] !== undefined;
const app = new App({ ...(!isByCli && { outdir: join(ROOT, 'cdk.out') }), analyticsReporting: false });
const contextOf = (name: string): string | undefined => {
  const given: unknown = app.node.tryGetContext(name);
  // Numbers and the like where it comes from cdk.json.
  return given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
};

const secondsSince = (ms: number): string => `${((performance.now() - ms) / 1_000).toFixed(1)} s`;

function refuse(problems: readonly Problem[]): void {
  for (const { path, says, remedy } of problems) console.error(`${path}: ${says}; ${remedy}`);
  process.exitCode = 1;
}

if (isForMembers(contextOf)) {
  const found = membersFrom(contextOf);
  if ('problems' in found) refuse(found.problems);
  else membersApp(app, found.members).synth();
} else {
  const found = settingsFrom(contextOf, process.env);
  if ('problems' in found) refuse(found.problems);
  else await synthesise(found.settings);
}

async function synthesise(settings: InfraSettings): Promise<void> {
  const bundlingMs = performance.now();
  const { directories, areKept } = await packagesOf(join(ROOT, 'dist', 'functions'));
  const bundling = `${directories.size} functions ${areKept ? 'as they were' : `bundled in ${secondsSince(bundlingMs)}`}`;
  const { stacks, directory } = landbridgeApp(app, settings, directories).synth();
  if (!isByCli) {
    for (const { stackName, environment, template } of stacks) {
      const { Resources } = template as { readonly Resources: object };
      console.log(
        `${stackName.padEnd(20)} ${environment.region.padEnd(16)} ${Object.keys(Resources).length} resources`,
      );
    }
    console.log(`wrote ${directory} in ${secondsSince(beganMs)}, ${bundling}; no finding without a reason`);
  }
}
