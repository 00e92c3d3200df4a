import type { Fleet } from '../../control-plane/model/fleet.ts';
import { agentPackage } from '../../local/agent-package.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { ACCOUNT, EXAMPLE_FILE, type TestBed } from './landbridge.ts';

/** The roles of the fleet ledger, by what they are for. */
export const LEDGER_ROLES = { function: 'landbridge-ledger-function', invoke: 'landbridge-ledger-invoke' } as const;

/** The fleet ledger, which stands beside another: under a name, in a supernet, for a domain and with roles of its own. */
export const ledgerBeside = (fleet: Fleet): Fleet => ({
  ...fleet,
  name: 'ledger',
  domain: 'api.ledger.example.com',
  network: { ...fleet.network, supernet: '172.16.0.0/12' },
  roles: {
    function: `arn:aws:iam::${ACCOUNT}:role/${LEDGER_ROLES.function}`,
    invoke: `arn:aws:iam::${ACCOUNT}:role/${LEDGER_ROLES.invoke}`,
  },
});

/** Puts ledger in force beside the example, whose artefacts it shares. */
export async function putLedger(bed: TestBed, declare: (ledger: Fleet) => Fleet = (ledger) => ledger): Promise<void> {
  const found = readFleetFile(EXAMPLE_FILE, ACCOUNT, agentPackage);
  if ('problems' in found) throw new Error('the example has problems');
  await bed.clock.runUntil(bed.landbridge.put(declare(ledgerBeside(found.fleet)), found.artefacts));
}
