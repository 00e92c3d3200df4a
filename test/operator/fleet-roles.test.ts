import { expect, test } from 'vitest';
import { fleetRoleCommands } from '../../operator/fleet-roles.ts';
import { payments } from '../support/payments.ts';

test('whoever makes the roles by hand makes them where the fleet file says that they are', () => {
  const roles = { ...payments.roles, function: 'arn:aws:iam::111122223333:role/team/api/runs' };
  const commands = fleetRoleCommands({ ...payments, roles });
  expect(commands.map((command) => command.split(' --tags')[0]?.split(' --policy-name')[0])).toEqual([
    'aws iam create-role --role-name runs --path /team/api/',
    'aws iam put-role-policy --role-name runs',
    'aws iam create-role --role-name invoke',
    'aws iam put-role-policy --role-name invoke',
  ]);
});
