import { expect, test } from 'vitest';
import { faultOf } from '../../handlers/runtime/fault-table.ts';

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
  { name: 'InternalFailure',                    status: 501, fault: 'Rejected',    why: 'an emulator does not have the operation: it will not pass' },
])('$name with $status is $fault: $why', ({ name, status, fault }) => {
  expect(faultOf(failed(name, status), 'ec2 createVpc in eu-west-1')).toMatchObject({ fault, name: `Fault.${fault}` });
});

test.for(['ETIMEDOUT', 'ECONNRESET', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'])(
  'a connection that ends in %s is Unavailable: nobody has refused anything',
  (code) => {
    const broken = Object.assign(new Error('no'), { name: 'Error', code });
    expect(faultOf(broken, 'ec2 createVpc in eu-west-1')).toMatchObject({ fault: 'Unavailable' });
  },
);
