import { setTimeout as pause } from 'node:timers/promises';
import pc from 'picocolors';
import { read } from '../../control-plane/model/aws-call.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import type { Resources } from '../../local/local-landbridge.ts';
import { type OtherEndpoint, otherEndpoint } from '../../local/other-endpoints.ts';
import { operatorCaller } from '../../operator/operator-caller.ts';
import type { Printer } from '../print.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What `--resources` names, and the account that it takes us for. */
export async function resourcesAt(
  where: string,
  environment: Environment,
): Promise<Resources & { readonly account: string }> {
  const endpoint = await otherEndpoint(where);
  // An emulator takes any name; AWS itself is reached by whatever the SDK finds, profiles among that.
  const anybody = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const call = operatorCaller(
    endpoint.url === undefined ? environment : { ...anybody, ...environment, AWS_ENDPOINT_URL: endpoint.url },
  );
  const { Account = '' } = await converse(read(GLOBAL_REGION, 'sts', 'getCallerIdentity', {}), call);
  return { endpoint, call, account: Account };
}

const WAIT_SECONDS = 120;

/** Waits until an emulator has issued what was requested of it: moto takes a minute, and nothing can join before. */
export async function certificatesIssued(
  { call }: Resources,
  { domain, members }: Fleet,
  print: Printer,
): Promise<void> {
  let missing = Object.keys(members);
  for (let second = 0; second < WAIT_SECONDS; second += 1) {
    const issued = await Promise.all(
      missing.map(async (region) => {
        const found = await converse(
          read(region, 'acm', 'listCertificates', { CertificateStatuses: ['ISSUED'] }),
          call,
        );
        return found.CertificateSummaryList?.some(({ DomainName }) => DomainName === domain) === true;
      }),
    );
    missing = missing.filter((_, index) => issued[index] !== true);
    if (missing.length === 0) return;
    if (second % 10 === 0)
      print.progress(`  ${second} s: certificates for ${domain} are not issued yet in ${missing.join(', ')}`);
    await pause(1_000);
  }
  print.progress(`  no certificate after ${WAIT_SECONDS} s in ${missing.join(', ')}: joins there will be refused`);
}

/** Tells what was not done there, and what could not be seen. */
export function showLimits({ name, leftOut, caveats }: OtherEndpoint, print: Printer): void {
  const kinds = Object.entries(leftOut);
  if (kinds.length > 0) {
    print.line(`\n${pc.bold('Left out')}, because ${name} cannot hold them; the journal says so too`);
    print.table(['kind', 'why'], kinds);
  }
  print.line(`\n${pc.bold('To be known')} of ${name}`);
  for (const caveat of caveats) print.line(`  ${caveat}`);
}
