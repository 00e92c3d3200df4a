import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { bundle } from '../bundles/bundle.ts';
import { functions } from '../handlers/index.ts';
import { landbridgeApp } from './landbridge-app.ts';
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

if ('problems' in found) {
  for (const { path, says, remedy } of found.problems) console.error(`${path}: ${says}; ${remedy}`);
  process.exitCode = 1;
} else {
  const packages = new Map<string, string>();
  for (const { name } of functions) packages.set(name, (await bundle(name, join(ROOT, 'dist', 'functions'))).directory);
  const { stacks, directory } = landbridgeApp(app, found.settings, packages).synth();
  if (!isByCli) {
    for (const { stackName, environment, template } of stacks) {
      const { Resources } = template as { readonly Resources: object };
      console.log(
        `${stackName.padEnd(20)} ${environment.region.padEnd(16)} ${Object.keys(Resources).length} resources`,
      );
    }
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    console.log(`wrote ${directory} in ${seconds} s; cdk-nag found nothing that nobody answers for`);
  }
}
