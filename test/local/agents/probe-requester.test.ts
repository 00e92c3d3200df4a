import { expect, test } from 'vitest';
import { write } from '../../../control-plane/model/aws-call.ts';
import { probeRequester } from '../../../handlers/runtime/probe-requester.ts';
import { testBed } from '../../support/landbridge.ts';

const URL_OF_IT = 'https://api.payments.example.com/health';

test('the control plane asks through the probers, by name and by path', async () => {
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 } });
  await bed.join('us-east-1', 'eu-west-1');
  const { ids, entrances } = await bed.state();
  const from = { region: 'eu-west-1', vpcId: ids.get('vpc/eu-west-1') ?? '' };
  const asking = probeRequester(bed.landbridge.operator);
  expect(await bed.clock.runUntil(asking({ from, url: URL_OF_IT }))).toMatchObject({
    answered: true,
    status: 200,
    servedBy: 'eu-west-1',
  });
  const connectTo = entrances.get('us-east-1')?.dnsName ?? '';
  expect(await bed.clock.runUntil(asking({ from, to: 'us-east-1', url: URL_OF_IT, connectTo }))).toMatchObject({
    answered: true,
    status: 200,
    servedBy: 'us-east-1',
  });
  expect(await bed.clock.runUntil(asking({ from, url: 'https://nowhere.example.com/' }))).toMatchObject({
    answered: false,
    symptom: 'name',
    at: 'name',
  });

  const stranger = { region: 'eu-west-1', vpcId: 'vpc-0a1b2c3d4e5f60718' };
  expect(await bed.clock.runUntil(asking({ from: stranger, url: URL_OF_IT }))).toMatchObject({ answered: false });

  await bed.asStranger(write('eu-west-1', 'lambda', 'deleteFunction', { FunctionName: 'landbridge-payments_probe' }));
  expect(await bed.clock.runUntil(asking({ from, url: URL_OF_IT }))).toMatchObject({ answered: false, at: 'probe' });
});
