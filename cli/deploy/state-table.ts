import { readOrAbsent } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { STATE_TABLE } from '../../control-plane/model/state-table.ts';
import { type Caller, converse } from '../../handlers/runtime/caller.ts';
import { faultOf } from '../../handlers/runtime/fault-table.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import type { Deployment } from './cdk.ts';

/** The stack that a resource belongs to, by the resource's own name; `undefined`: none. */
export type OwnerOf = (region: Region, physicalId: string) => Promise<string | undefined>;

/** What a stack says that it has. */
interface StackResource {
  readonly PhysicalResourceId?: string | undefined;
  readonly StackName?: string | undefined;
  readonly ResourceStatus?: string | undefined;
}

/**
 * Which stack a resource is of. One that a stack left behind is of none, though the stack goes on listing it: a first deployment
 * that failed is rolled back without the table, and the next would try to make it a second time.
 *
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html (Retain, also where a
 *         creation is rolled back)
 */
export const ownerAmong = (resources: readonly StackResource[], physicalId: string): string | undefined =>
  resources.find(
    (one) => one.PhysicalResourceId === physicalId && !/^DELETE_(SKIPPED|COMPLETE)$/.test(one.ResourceStatus ?? ''),
  )?.StackName;

/**
 * Asks CloudFormation.
 *
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html (PhysicalResourceId;
 *         ValidationError where no stack has it)
 */
export const stackOf =
  (environment: Readonly<Record<string, string | undefined>>): OwnerOf =>
  async (region, physicalId) => {
    const { CloudFormationClient, DescribeStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
    const { AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint } = environment;
    const client = new CloudFormationClient({ region, ...(endpoint !== undefined && { endpoint }) });
    try {
      const { StackResources = [] } = await client.send(
        new DescribeStackResourcesCommand({ PhysicalResourceId: physicalId }),
      );
      return ownerAmong(StackResources, physicalId);
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ValidationError' && /does not exist/.test(message)) return undefined;
      throw faultOf(error, `cloudformation describeStackResources in ${region}`);
    }
  };

/**
 * Whether the state table is the deployment's to make, or was left behind by an earlier one.
 *
 * A stack that made it must go on naming it, or would let go of it; one that did not, cannot make it a second time.
 */
export async function tableIs(home: Region, call: Caller, ownerOf: OwnerOf): Promise<Deployment['table']> {
  const found = await converse(readOrAbsent(home, 'dynamodb', 'describeTable', { TableName: STATE_TABLE }), call);
  if (found === undefined) return 'new';
  return (await ownerOf(home, STATE_TABLE)) === undefined ? 'kept' : 'new';
}

/** Which Region was home before this one took over from it, by what the fleets' rows say; `undefined`: none was. */
export async function takenOverFrom(runtime: Runtime): Promise<Region | undefined> {
  const store = new FleetStore(runtime);
  const marks = await unlessAbsent(
    store.fleets().then((fleets) => Promise.all(fleets.map((fleet) => store.homeMark(fleet)))),
  );
  return marks?.find((mark) => mark?.region === runtime.settings.home)?.was;
}

/** What there is nothing of where there is no table. */
export async function unlessAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isFault(error, 'Absent')) return undefined;
    throw error;
  }
}
