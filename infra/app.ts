import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { landbridgeApp } from './landbridge-app.ts';
import { packagesOf } from './packages.ts';
import { settingsFrom } from './settings.ts';

// What `npm run synth` runs, and the CDK CLI (`cdk.json`), which says in CDK_OUTDIR where it wants the cloud assembly.
const beganMs = performance.now();
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const isByCli = process.env['CDK_OUTDIR'] !== undefined;
const app = new App({ ...(!isByCli && { outdir: join(ROOT, 'cdk.out') }), analyticsReporting: false });
const found = settingsFrom((name) => {
  const given: unknown = app.node.tryGetContext(name);
  // Numbers and the like where it comes from cdk.json.
  return given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
}, process.env);

const secondsSince = (ms: number): string => `${((performance.now() - ms) / 1_000).toFixed(1)} s`;

if ('problems' in found) {
  for (const { path, says, remedy } of found.problems) console.error(`${path}: ${says}; ${remedy}`);
  process.exitCode = 1;
} else {
  const bundlingMs = performance.now();
  const { directories, areKept } = await packagesOf(join(ROOT, 'dist', 'functions'));
  const bundling = `${directories.size} functions ${areKept ? 'as they were' : `bundled in ${secondsSince(bundlingMs)}`}`;
  const { stacks, directory } = landbridgeApp(app, found.settings, directories).synth();
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
