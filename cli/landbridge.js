#!/usr/bin/env node
// Node 24 runs TypeScript as it is. Where an older one started us, the one that `npm ci` brought takes over.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const isOld = Number(process.versions.node.split('.')[0]) < 24;

if (isOld && !existsSync(own)) {
  console.error(`landbridge needs Node 24 or later, and this is ${process.version}. Run npm ci, which brings one.`);
  process.exit(1);
}
if (isOld) {
  const { status, signal } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}
// Types are stripped and code is compiled once for each version of a file, and kept for the next command.
module.enableCompileCache?.();
const { main } = await import('./main.ts');
await main(process.argv);
