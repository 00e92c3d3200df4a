import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { functions } from '../../handlers/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { readonly app: string };

/** Runs the app as the CDK CLI does: by the command in `cdk.json`, which says where the assembly is wanted in the environment. */
function synth(environment: Readonly<Record<string, string>>) {
  const outdir = mkdtempSync(join(tmpdir(), 'landbridge-synth-'));
  const { CDK_VALIDATION: _, ...own } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', app], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...own, CDK_OUTDIR: outdir, ...environment },
  });
  return { status, says: stdout + stderr, outdir };
}

describe('npm run synth', () => {
  test('finds nothing that nobody answers for, and packs every function', { timeout: 300_000 }, () => {
    const { status, says, outdir } = synth({});
    expect(says).toBe('');
    expect(status).toBe(0);
    const files = readdirSync(outdir);
    expect(files.filter((file) => file.endsWith('.template.json')).toSorted()).toEqual([
      'LandbridgeHome.template.json',
      'LandbridgeRoles.template.json',
      'LandbridgeStandby.template.json',
    ]);
    const packages = files.filter((file) => file.startsWith('asset.'));
    expect(packages.length).toBe(functions.length);
    for (const asset of packages) expect(readdirSync(join(outdir, asset))).toContain('index.mjs');
  });

  test('says what is wrong with what it is told, and makes nothing', () => {
    const { status, says, outdir } = synth({ LANDBRIDGE_HOME: 'us-east-1', LANDBRIDGE_STANDBY: 'us-east-1' });
    expect(status).toBe(1);
    expect(says).toBe(
      'standby: “us-east-1” is the home Region itself; name the Region that the fleet file has as `standby`, another than home; or write none\n',
    );
    expect(readdirSync(outdir).filter((file) => file.endsWith('.template.json'))).toEqual([]);
  });
});
