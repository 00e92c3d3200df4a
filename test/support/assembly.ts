import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { functions } from '../../handlers/index.ts';
import { landbridgeApp } from '../../infra/landbridge-app.ts';
import { type InfraSettings, settingsFrom } from '../../infra/settings.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly templateFile: string;
  readonly resources: Readonly<Record<string, Resource>>;
}

export interface Assembly {
  readonly settings: InfraSettings;
  readonly directory: string;
  readonly stacks: readonly Stack[];
}

/** The settings of a deployment that nobody has said anything of, but for this context. */
export function settingsOf(context: Readonly<Record<string, string>> = {}): InfraSettings {
  const found = settingsFrom((name) => context[name], {});
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  return found.settings;
}

/** The same package for every function: one that does nothing. */
export function emptyPackages(): ReadonlyMap<string, string> {
  const code = mkdtempSync(join(tmpdir(), 'landbridge-package-'));
  writeFileSync(join(code, 'index.mjs'), 'export const handler = undefined;\n');
  return new Map(functions.map(({ name }) => [name, code]));
}

// CDK's own look at the templates takes longer than all the rest: `npm run synth` takes it, and so does its test.
process.env['CDK_VALIDATION'] = 'false';

/** Makes the cloud assembly as `npm run synth` does, but that all functions have the same package, which does nothing. */
export function assemble(context: Readonly<Record<string, string>> = {}): Assembly {
  const settings = settingsOf(context);
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'landbridge-assembly-')), analyticsReporting: false });
  const { directory, stacks } = landbridgeApp(app, settings, emptyPackages()).synth();
  return {
    settings,
    directory,
    stacks: stacks.map(({ stackName, environment, templateFullPath, template }) => ({
      name: stackName,
      region: environment.region,
      templateFile: templateFullPath,
      resources: (template as { Resources: Record<string, Resource> }).Resources,
    })),
  };
}
