import { expect, test } from 'vitest';
import { faultOf } from '../../handlers/runtime/fault-table.ts';
import { conflicts } from '../../simulator/weather/conflicting-changes.ts';

const failed = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });

// biome-ignore format: a table is read down its columns
test.for([
  { name: 'RequestLimitExceeded',               status: 503, fault: 'Throttled',   why: 'a code says more than a status' },
  { name: 'InvalidVpcID.NotFound',              status: 400, fault: 'Absent',      why: 'EC2 ends so what is not there' },
  { name: 'VpcPeeringConnectionAlreadyExists',  status: 400, fault: 'Conflict',    why: 'somebody was faster' },
  { name: 'UnauthorizedOperation',              status: 403, fault: 'Forbidden',   why: 'no right to' },
  { name: 'InvalidParameterValue',              status: 400, fault: 'Rejected',    why: 'what nobody classified is not to be repeated' },
  { name: 'SyntaxError',                        status: 500, fault: 'Unavailable', why: 'a page in place of an answer: it may pass' },
  { name: 'EntityAlreadyExists',                status: 409, fault: 'Conflict',    why: 'IAM says so of a role that somebody was faster to make' },
  { name: 'HealthCheckVersionMismatch',         status: 409, fault: 'Conflict',    why: 'somebody has changed it since' },
  { name: 'ConcurrentTagAccess',                status: 400, fault: 'Throttled',   why: 'EC2 is still at somebody else’s tags' },
  { name: 'ConcurrentModification',             status: 409, fault: 'Throttled',   why: 'IAM and Route 53 are still at somebody else’s change' },
  { name: 'ConcurrentModificationException',    status: 400, fault: 'Throttled',   why: 'and so is EventBridge' },
  { name: 'OperationAbortedException',          status: 400, fault: 'Throttled',   why: 'and Logs: not that the group is there already' },
  { name: 'ReplicatedWriteConflictException',   status: 400, fault: 'Throttled',   why: 'and another Region’s replica' },
  { name: 'ConflictException',                  status: 409, fault: 'Conflict',    why: 'API Gateway says it of what is there already, too' },
  { name: 'ResourceConflictException',          status: 409, fault: 'Conflict',    why: 'and so does Lambda' },
  { name: 'KMSThrottling',                      status: 400, fault: 'Throttled',   why: 'SNS had no answer from KMS in time' },
  { name: 'KmsThrottlingException',             status: 400, fault: 'Throttled',   why: 'nor had Step Functions' },
  { name: 'InternalFailure',                    status: 501, fault: 'Rejected',    why: 'an emulator does not have the operation: it will not pass' },
])('$name with $status is $fault: $why', ({ name, status, fault }) => {
  expect(faultOf(failed(name, status), 'ec2 createVpc in eu-west-1')).toMatchObject({ fault, name: `Fault.${fault}` });
});

test.for(conflicts)('$code of $service, where somebody else is at the same thing, stops nobody', ({ code, status }) => {
  expect(['Conflict', 'Throttled']).toContain(faultOf(failed(code, status), 'a call').fault);
});

// biome-ignore format: a table is read down its columns
test.for([
  { reasons: ['None', 'ConditionalCheckFailed'],                fault: 'Conflict',  why: 'a condition failed' },
  { reasons: ['TransactionConflict', 'ConditionalCheckFailed'], fault: 'Conflict',  why: 'a condition failed, whatever else' },
  { reasons: ['ValidationError', 'ConditionalCheckFailed'],     fault: 'Conflict',  why: 'a condition failed, whatever else' },
  { reasons: ['None', 'TransactionConflict'],                   fault: 'Throttled', why: 'somebody else’s transaction was at the item' },
  { reasons: ['ThrottlingError', 'TransactionConflict'],        fault: 'Throttled', why: 'both pass' },
  { reasons: ['ProvisionedThroughputExceeded', 'None'],         fault: 'Throttled', why: 'DynamoDB was busy' },
  { reasons: ['TransactionConflict', 'ValidationError'],        fault: 'Rejected',  why: 'one of them does not pass' },
  { reasons: ['None', 'ItemCollectionSizeLimitExceeded'],       fault: 'Rejected',  why: 'it does not pass' },
  { reasons: [],                                                fault: 'Conflict',  why: 'nobody says why' },
])('a transaction canceled for $reasons is $fault: $why', ({ reasons, fault }) => {
  const CancellationReasons = reasons.map((Code) => ({ Code }));
  const error = Object.assign(failed('TransactionCanceledException', 400), { CancellationReasons });
  expect(faultOf(error, 'dynamodb transactWriteItems in us-east-1')).toMatchObject({ fault });
});

// biome-ignore format: a table is read down its columns
test.for([
  { name: 'InvalidParameterValueException', says: 'The role defined for the function cannot be assumed by Lambda.', fault: 'Throttled', why: 'a new role takes its while' },
  { name: 'InvalidParameterValueException', says: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2', fault: 'Throttled', why: 'and so does what it may do' },
  { name: 'ValidationException', says: "Provided role 'arn:aws:iam::111122223333:role/runs' cannot be assumed by principal 'events.amazonaws.com'.", fault: 'Throttled', why: 'EventBridge, of the same' },
  { name: 'ValidationException', says: 'Create/Update/Delete of replica is not allowed while the replica is being added to table with name: landbridge-state in region eu-west-1.', fault: 'Throttled', why: 'DynamoDB makes one replica at a time' },
  { name: 'ValidationException', says: 'Failed to create a the new replica of table with name: ‘landbridge-state’ because one or more replicas already existed as tables.', fault: 'Throttled', why: 'what is left of one goes after its entry' },
  { name: 'ValidationException', says: 'Region mars-1 is not supported.', fault: 'Rejected', why: 'the same code, and it will not pass' },
  { name: 'InvalidParameterValueException', says: 'Could not unzip uploaded file.', fault: 'Rejected', why: 'the same code, and it will not pass' },
])('$name that says “$says” is $fault: $why', ({ name, says, fault }) => {
  const refused = Object.assign(new Error(says), { name, $metadata: { httpStatusCode: 400 } });
  expect(faultOf(refused, 'lambda createFunction in eu-west-1')).toMatchObject({ fault });
});

test.for(['ETIMEDOUT', 'ECONNRESET', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'])(
  'a connection that ends in %s is Unavailable: nobody has refused anything',
  (code) => {
    const broken = Object.assign(new Error('no'), { name: 'Error', code });
    expect(faultOf(broken, 'ec2 createVpc in eu-west-1')).toMatchObject({ fault: 'Unavailable' });
  },
);
