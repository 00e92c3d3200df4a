import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { InfraSettings } from './settings.ts';

/**
 * The state table, and its replica in the standby. Members' replicas are made by the workflows, as they join
 * (`control-plane/kinds/state-replica.ts`): so the key is DynamoDB's own, which every Region has, and a replica asks for none.
 * AWS's managed key would be as good, but for members in other accounts: nobody else's agents may use it.
 *
 * Bounds  stays when the stack goes: the journal outlives the deployment. The next one is told `-c table=kept`
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html,
 *         docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateReplicationGroupMemberAction.html (KMSMasterKeyId),
 *         docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html (cross-account considerations)
 */
export function stateTable(stack: Stack, { table, standby }: InfraSettings): TableV2 {
  return new TableV2(stack, 'State', {
    tableName: table,
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    timeToLiveAttribute: 'expiresAt',
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(standby !== undefined && { replicas: [{ region: standby }] }),
  });
}
