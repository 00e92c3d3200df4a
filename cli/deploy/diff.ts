import pc from 'picocolors';
import { Fault } from '../../control-plane/model/faults.ts';
import { EXIT } from '../exit.ts';
import type { Printer } from '../print.ts';
import { cdk, type Deployment } from './cdk.ts';
import type { Runner } from './runner.ts';

/** CDK ends with 1 where something differs, and where it failed. Only after having looked does it count. */
const COUNTED = /Number of stacks with differences: (\d+)/;

/**
 * Compares what is deployed with what would be.
 *
 * Out     the exit code: 0 nothing differs, 1 something does
 * Faults  Unavailable where CDK could not compare
 */
export async function diffWith(deployment: Deployment, run: Runner, print: Printer): Promise<number> {
  let said = '';
  const code = await cdk('diff', deployment, ['--fail'], run, (text) => (said += text));
  const counted = COUNTED.exec(said)?.[1];
  if (counted === undefined)
    throw new Fault('Unavailable', `cdk diff ended with ${code ?? 'a signal'} before it compared: it says above why`);
  const differing = Number(counted);
  print.json({ differing });
  print.line(
    differing === 0
      ? pc.green('what is deployed is what would be')
      : `${pc.yellow(`${differing} stacks differ`)}: landbridge deploy brings them to what is above`,
  );
  return differing === 0 ? EXIT.done : EXIT.failed;
}
