import { certificateNameCovers } from '../../control-plane/model/domain-name.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Concurrency } from './account-reads.ts';
import { type Finding, fine, notChecked, problemOf, warning } from './finding.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Whose account this is, and whether the fleet's roles and certificates lie in it. */
export function judgeIdentity(
  { account, arn }: Identity,
  fleet: Fleet | undefined,
  isAws: boolean,
): readonly Finding[] {
  const others = fleet === undefined ? [] : accountsNamed(fleet).filter(({ named }) => named !== account);
  const foreign = others.map(({ path, named }) =>
    problemOf(
      'credentials',
      path,
      `names account ${named}, and these credentials are of ${account}`,
      `sign in to ${named}, as with aws sso login --profile PROFILE and AWS_PROFILE=PROFILE; or correct ${path} in the fleet file`,
    ),
  );
  if (foreign.length > 0) return foreign;
  // Of an emulator everybody is root.
  if (isAws && arn.endsWith(':root'))
    return [
      warning(
        'credentials',
        account,
        'signed in as the root user, whom no policy binds',
        'sign in to a role that may do what docs/deploy.md lists, and keep root for the account itself',
      ),
    ];
  return [fine('credentials', account, `signed in as ${arn}`)];
}

function accountsNamed({ account, roles, members }: Fleet): { readonly path: string; readonly named: string }[] {
  const named = (path: string, arn: string | undefined) =>
    arn === undefined ? [] : [{ path, named: arn.split(':')[4] ?? '' }];
  return [
    { path: 'fleet', named: account },
    ...named('roles.function', roles.function),
    ...named('roles.invoke', roles.invoke),
    // Of a member that lives elsewhere it is that account's, which the file has been checked for.
    ...Object.entries(members).flatMap(([region, { certificateArn, account: where }]) =>
      where === undefined ? named(`members.${region}.certificateArn`, certificateArn) : [],
    ),
  ];
}

/** docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html: requests stamped further off than this are refused. */
const SIGNATURES_LAST_MS = 5 * 60_000;
const NOTICEABLE_MS = 60_000;

/** How far this machine's clock is from AWS's. */
export function judgeClock(hereMs: number, thereMs: number | undefined): Finding {
  if (thereMs === undefined) return notChecked('clock', 'this machine', 'the answer had no Date');
  const offMs = hereMs - thereMs;
  const says = `${Math.round(Math.abs(offMs) / 1_000)} s ${offMs < 0 ? 'behind' : 'ahead of'} AWS`;
  const remedy = 'sudo timedatectl set-ntp true (Linux), or sudo sntp -sS time.apple.com (macOS)';
  if (Math.abs(offMs) > SIGNATURES_LAST_MS)
    return problemOf('clock', 'this machine', `${says}: signatures more than 5 minutes off are refused`, remedy);
  if (Math.abs(offMs) > NOTICEABLE_MS) return warning('clock', 'this machine', says, remedy);
  return fine('clock', 'this machine', says);
}

/** Source: aws-cdk-lib, DefaultStackSynthesizer: the bootstrap stack that its stacks ask for, unless deployments carry session tags. */
const BOOTSTRAP_VERSION = 6;

/** Whether CDK can deploy to a Region. `version`: of the bootstrap stack; `undefined`: there is none. */
export function judgeBootstrap(region: Region, account: string, version: string | undefined, isAws: boolean): Finding {
  const remedy = `npx cdk bootstrap aws://${account}/${region}`;
  if (version === undefined)
    return isAws
      ? problemOf('bootstrap', region, 'CDK has nothing to deploy with here', remedy)
      : notChecked('bootstrap', region, 'what answers here stands in the place of AWS, and CDK never deployed to it');
  const number = Number(version);
  if (!Number.isInteger(number) || number < BOOTSTRAP_VERSION)
    return problemOf('bootstrap', region, `version ${version}, and CDK needs ${BOOTSTRAP_VERSION} or later`, remedy);
  return fine('bootstrap', region, `version ${version}`);
}

/** Whether the account may use the Regions. `statuses`: of every Region that EC2 knows, as DescribeRegions has it. */
export function judgeRegions(
  regions: readonly Region[],
  statuses: ReadonlyMap<Region, string | undefined>,
): readonly Finding[] {
  const off = regions.flatMap((region) => {
    const status = statuses.get(region);
    if (status === 'opt-in-not-required' || status === 'opted-in') return [];
    const says =
      status === undefined
        ? 'AWS does not list this Region to the account'
        : `the account has not opted in (${status})`;
    return [
      problemOf(
        'regions',
        region,
        says,
        `aws account enable-region --region-name ${region}, and wait until it is ENABLED`,
      ),
    ];
  });
  if (off.length > 0) return off;
  return [fine('regions', regions.join(', '), 'open to the account')];
}

/** An issued certificate, as ACM lists it. */
export interface Certificate {
  readonly arn: string;
  readonly names: readonly string[];
  readonly expiresAtMs: number | undefined;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Whether a serving Region has a certificate for the fleet's domain, and for how long. `wished`: the one that the fleet names. */
export function judgeCertificate(
  region: Region,
  domain: string,
  wished: string | undefined,
  issued: readonly Certificate[],
  nowMs: number,
): Finding {
  const covering = issued.filter(
    ({ arn, names }) =>
      (wished === undefined || arn === wished) && names.some((name) => certificateNameCovers(name, domain)),
  );
  const best = covering.toSorted((a, b) => (b.expiresAtMs ?? 0) - (a.expiresAtMs ?? 0))[0];
  const request = `aws acm request-certificate --domain-name ${domain} --validation-method DNS --region ${region}, then publish the record that aws acm describe-certificate shows`;
  if (best === undefined)
    return problemOf(
      'certificates',
      region,
      wished === undefined
        ? `no issued certificate covers ${domain}`
        : `${wished} is not an issued certificate that covers ${domain}`,
      request,
    );
  if (best.expiresAtMs === undefined)
    return warning(
      'certificates',
      region,
      `${best.arn} does not say when it expires`,
      `aws acm describe-certificate --certificate-arn ${best.arn} --region ${region}`,
    );
  const days = Math.floor((best.expiresAtMs - nowMs) / DAY_MS);
  if (days >= SOON_DAYS) return fine('certificates', region, `${domain}, for ${days} days`);
  const renew = `aws acm describe-certificate --certificate-arn ${best.arn} --region ${region} says why it is not renewed: its DNS record must be there still; one that was imported is imported anew`;
  return days < 0
    ? problemOf('certificates', region, `${best.arn} has expired`, renew)
    : warning('certificates', region, `${best.arn} expires in ${days} days`, renew);
}

export interface Tools {
  /** 'v24.1.0' */
  readonly node: string;
  /** Of package.json. */
  readonly cdkPinned: string;
  /** `undefined`: it is not installed. */
  readonly cdkInstalled: string | undefined;
}

const NODE_MAJOR = 24;

export function judgeTools({ node, cdkPinned, cdkInstalled }: Tools): readonly Finding[] {
  const isOld = Number(/^v(\d+)/.exec(node)?.[1]) < NODE_MAJOR;
  return [
    isOld
      ? problemOf('tools', 'node', `${node}, and ${NODE_MAJOR} or later is needed`, 'npm ci brings one')
      : fine('tools', 'node', node),
    cdkInstalled === cdkPinned
      ? fine('tools', 'aws-cdk', cdkInstalled)
      : problemOf('tools', 'aws-cdk', `${cdkInstalled ?? 'not there'}, and ${cdkPinned} is pinned`, 'npm ci'),
  ];
}

/** Regions for which the supernet has no block left. */
export const judgeRoom = ({ network }: Fleet, withoutRoom: readonly Region[]): readonly Finding[] =>
  withoutRoom.map((region) =>
    problemOf(
      'network',
      region,
      `no /${network.prefixLength} is left in ${network.supernet}`,
      'widen network.supernet in the fleet file, or give the member a cidr outside of it',
    ),
  );

/** What Lambda keeps for functions that reserve nothing. Of new accounts, with a limit of 10 in all, it keeps that. */
const LEAST_UNRESERVED = 100;

/**
 * Whether Lambda reserves what the control plane's functions ask of it: a new account has a limit of 10 in all, in each Region, and
 * CloudFormation would take the whole stack back over it. Out of a limit that is large enough, nothing to tell.
 *
 * In      what is to be reserved; `isStandby`: nothing runs there until it takes over, on a day on which no quota is raised
 * Source  docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html ("up to the Unreserved account concurrency value
 *         minus 100"), docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (new accounts; per Region)
 */
export function judgeConcurrency(
  region: Region,
  reserved: number,
  found: Concurrency | undefined,
  isStandby = false,
): readonly Finding[] {
  const wanted = reserved + LEAST_UNRESERVED;
  if (found === undefined || found.unreserved >= wanted) return [];
  const { limit, unreserved } = found;
  const asked = `${reserved} are to be reserved for those that hear events, beside ${LEAST_UNRESERVED} that are for all`;
  const remedy = `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(1_000, limit + wanted)} --region ${region}`;
  const tell = isStandby || limit >= wanted ? warning : problemOf;
  const says =
    limit >= wanted
      ? `of ${limit} functions at once, all but ${unreserved} are reserved already, and ${asked}: well, where they are among those`
      : `Lambda runs ${limit} functions at once in this account, and ${asked}`;
  return [tell('concurrency', region, isStandby ? `${says}; it could not take over` : says, remedy)];
}
