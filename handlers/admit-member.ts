import type { DescribeRouteTablesResult, DescribeSubnetsResult } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { accountOf, within } from '../control-plane/model/accounts.ts';
import { admit, type Evidence, type SeenVpc, type VpcOwner } from '../control-plane/model/admission.ts';
import { type Dialogue, type ReadCall, read, readOrAbsent } from '../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import type { BorrowedVpc } from '../control-plane/model/fleet.ts';
import { BorrowedVpcSchema, remedyAt, strict } from '../control-plane/model/fleet-schema.ts';
import { FLEET_TAG } from '../control-plane/model/ownership.ts';
import { isRegion, type Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { RunRequest, RunState } from './run.ts';
import { converse } from './runtime/caller.ts';
import { isRunning } from './runtime/executions.ts';
import type { FleetState, MemberRow } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { Journal } from './runtime/journal.ts';
import type { Runtime } from './runtime/runtime.ts';
import { task } from './runtime/task.ts';
import { vpcsOfOthers } from './runtime/vpcs-of-others.ts';

const Input = strict({
  ...RunRequest.shape,
  region: z.string({ error: 'name the Region that is to join, as in {"region":"eu-west-1"}' }),
  role: z.string().optional(),
  cidr: z.string().optional(),
  vpc: BorrowedVpcSchema.optional(),
  certificateArn: z.string().optional(),
});
type Input = z.infer<typeof Input>;

/**
 * Decides whether a Region may join, and writes it down as a member if so. First state of onboard-region.
 *
 * In     { fleet, region, role?, cidr?, vpc?, certificateArn? }; what is left out comes from the fleet file
 * Out    RunState
 * Faults Rejected, with the field and the remedy, before anything is changed; Forbidden where we may not look
 */
export const handler = task({
  input: Input,
  remedy: ([field, ...rest]) => (field === 'vpc' ? remedyAt(['members', '*', field, ...rest]) : undefined),
  async run(input, runtime) {
    const store = new FleetStore(runtime);
    // First of all: a fleet that there is not has no journal to note a refusal in.
    await store.load(input.fleet);
    try {
      await store.changeMembers(input.fleet, async (state) => ({
        put: await admitted(state, input, runtime),
        decision: undefined,
      }));
    } catch (error) {
      // By us, or by an account that the file names and that does not know this fleet.
      if (isFault(error, 'Rejected') || isFault(error, 'Forbidden'))
        await note(runtime, input, 'refused', error.message);
      throw error;
    }
    await note(runtime, input, 'admitted', `${input.region} was admitted, for ${input.signal}`);
    return RunState.parse({
      ...runtime.tally,
      fleet: input.fleet,
      region: input.region,
      run: input.run,
      execution: input.execution,
      startedAtMs: input.startedAtMs,
      signal: input.signal,
      purpose: 'onboard',
      scope: { regions: [input.region] },
    });
  },
});

async function admitted(state: FleetState, input: Input, runtime: Runtime): Promise<MemberRow> {
  const { region, execution } = input;
  const member = state.members.find((candidate) => candidate.region === region);
  const isAnothers = member !== undefined && member.phase !== 'joined' && member.by !== execution;
  if (isAnothers && (await isRunning(member.by, runtime)))
    throw new Fault(
      'Rejected',
      `region: ${region} is ${member.phase} already, by ${member.by}; wait for it, or stop it`,
    );
  const decision = admit(state.declared, input, await evidenceFor(state, input, runtime));
  if ('refused' in decision) {
    const { path, says, remedy } = decision.refused;
    throw new Fault('Rejected', `${path}: ${says}; ${remedy}`);
  }
  if ('already' in decision) return { ...decision.already, by: execution };
  return { ...decision.admitted, sequence: state.lastSequence + 1, by: execution };
}

/** What admission depends on, read once: VPCs wherever a member is, the rest in the joining Region. */
async function evidenceFor(state: FleetState, { region, vpc }: Input, runtime: Runtime): Promise<Evidence> {
  const { call } = runtime;
  const borrowed = vpc ?? state.declared.fleet.members[region]?.vpc;
  if (!isRegion(region)) return { vpcsByRegion: {}, zones: [], certificates: [], routeTables: [], subnets: [] };
  const regions = [...new Set([region, ...state.members.map((member) => member.region)])];
  const others =
    borrowed === undefined
      ? new Map<string, VpcOwner>()
      : await vpcsOfOthers(state.declared.fleet.name, new FleetStore(runtime));
  const ask = <Result>(at: Region, dialogue: Dialogue<ReadCall, Result>): Promise<Result> =>
    converse(within(state.declared, accountAsAskedAt(state, at), dialogue), call);
  const [vpcs, zones, endpointZones, certificates, inside] = await Promise.all([
    Promise.all(regions.map(async (at) => [at, await ask(at, vpcsIn(at, state, others))] as const)),
    ask(region, zonesIn(region)),
    ask(region, endpointZonesIn(region)),
    ask(region, certificatesIn(region)),
    borrowed === undefined ? { routeTables: [], subnets: [] } : ask(region, insideOf(region, borrowed)),
  ]);
  return { vpcsByRegion: Object.fromEntries(vpcs), zones, endpointZones, certificates, ...inside };
}

/** Where a member lives, or, of one that is to join, would. */
function accountAsAskedAt({ declared: { fleet }, members }: FleetState, region: Region): string {
  return accountOf(fleet, members.find((member) => member.region === region) ?? fleet.members[region]);
}

function* vpcsIn(
  region: Region,
  state: FleetState,
  others: ReadonlyMap<string, VpcOwner>,
): Dialogue<ReadCall, Evidence['vpcsByRegion'][string]> {
  const member = state.members.find((candidate) => candidate.region === region);
  const ours = member?.borrowed?.vpcId ?? state.ids.get(keyOf('vpc', region));
  const found: SeenVpc[] = [];
  let NextToken: string | undefined;
  do {
    const page = yield* read(region, 'ec2', 'describeVpcs', NextToken === undefined ? {} : { NextToken });
    for (const { VpcId = '', CidrBlock = '', CidrBlockAssociationSet = [], Tags = [] } of page.Vpcs ?? []) {
      const tagged = Tags.find(({ Key }) => Key === FLEET_TAG)?.Value;
      const isOthers = tagged !== undefined && tagged !== state.declared.fleet.name;
      const owner = others.get(VpcId) ?? (isOthers ? { fleet: tagged, isBorrowed: false } : undefined);
      const blocks = CidrBlockAssociationSet.filter(
        ({ CidrBlockState }) => CidrBlockState?.State === 'associated' || CidrBlockState?.State === 'associating',
      ).map((association) => association.CidrBlock ?? '');
      found.push({ vpcId: VpcId, cidrs: [...new Set([CidrBlock, ...blocks])], isMembers: VpcId === ours, owner });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function* zonesIn(region: Region): Dialogue<ReadCall, string[]> {
  const { AvailabilityZones = [] } = yield* read(region, 'ec2', 'describeAvailabilityZones', {});
  return AvailabilityZones.filter(
    ({ State, ZoneType }) => State === 'available' && (ZoneType ?? 'availability-zone') === 'availability-zone',
  ).flatMap(({ ZoneName }) => ZoneName ?? []);
}

/** `undefined` where what answers does not know the service: AWS does in every Region, and refuses names that it does not know. */
function* endpointZonesIn(region: Region): Dialogue<ReadCall, readonly string[] | undefined> {
  const ServiceNames = [`com.amazonaws.${region}.execute-api`];
  try {
    const { ServiceDetails = [] } = yield* read(region, 'ec2', 'describeVpcEndpointServices', { ServiceNames });
    return ServiceDetails[0]?.AvailabilityZones;
  } catch (error) {
    if (isFault(error, 'Rejected') || isFault(error, 'Absent')) return undefined;
    throw error;
  }
}

function* certificatesIn(region: Region): Dialogue<ReadCall, Evidence['certificates'][number][]> {
  const found: { arn: string; names: string[] }[] = [];
  let NextToken: string | undefined;
  do {
    const page = yield* read(region, 'acm', 'listCertificates', {
      CertificateStatuses: ['ISSUED'],
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { CertificateArn, DomainName, SubjectAlternativeNameSummaries = [] } of page.CertificateSummaryList ??
      [])
      if (CertificateArn !== undefined)
        found.push({ arn: CertificateArn, names: [DomainName ?? '', ...SubjectAlternativeNameSummaries] });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** Route tables and subnets of the VPC to be borrowed. By filter and not by id: an unknown id would fail the whole call. */
function* insideOf(
  region: Region,
  { vpcId }: BorrowedVpc,
): Dialogue<ReadCall, Pick<Evidence, 'routeTables' | 'subnets' | 'dnsOff'>> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const routeTables: { id: string; vpcId: string }[] = [];
  const subnets: { id: string; vpcId: string; zone: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page: DescribeRouteTablesResult = yield* read(region, 'ec2', 'describeRouteTables', {
      Filters,
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { RouteTableId = '' } of page.RouteTables ?? []) routeTables.push({ id: RouteTableId, vpcId });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  do {
    const page: DescribeSubnetsResult = yield* read(region, 'ec2', 'describeSubnets', {
      Filters,
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { SubnetId = '', AvailabilityZone = '' } of page.Subnets ?? [])
      subnets.push({ id: SubnetId, vpcId, zone: AvailabilityZone });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return { routeTables, subnets, dnsOff: yield* dnsOffIn(region, vpcId) };
}

function* dnsOffIn(region: Region, VpcId: string): Dialogue<ReadCall, string[]> {
  const off: string[] = [];
  for (const Attribute of ['enableDnsSupport', 'enableDnsHostnames'] as const) {
    const found = yield* readOrAbsent(region, 'ec2', 'describeVpcAttribute', { VpcId, Attribute });
    // A VPC that is not there is refused for that.
    const isOff = (found?.EnableDnsSupport ?? found?.EnableDnsHostnames)?.Value === false;
    if (isOff) off.push(Attribute);
  }
  return off;
}

async function note(runtime: Runtime, input: Input, what: 'refused' | 'admitted', says: string): Promise<void> {
  const { fleet, region, run, signal } = input;
  await new Journal(runtime).append(fleet, [{ run, atMs: runtime.nowMs(), what, says, region, signal }]);
}
