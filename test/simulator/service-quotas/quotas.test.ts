import { beforeEach, describe, expect, test } from 'vitest';
import { ec2 } from '../../../simulator/services/ec2/index.ts';
import { ec2Home } from '../../../simulator/services/ec2/state.ts';
import { serviceQuotas } from '../../../simulator/services/service-quotas/index.ts';
import { ACCOUNT, IRELAND, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(serviceQuotas, ec2);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});
const PEERINGS = { ServiceCode: 'vpc', QuotaCode: 'L-7E9ECCDB' };

describe('a quota', () => {
  test('is told with its code, its name and its value', async () => {
    expect(await aws.call('GetServiceQuota', PEERINGS, IRELAND)).toEqual({
      Quota: {
        ServiceCode: 'vpc',
        ServiceName: 'Amazon Virtual Private Cloud (Amazon VPC)',
        QuotaArn: `arn:aws:servicequotas:${IRELAND}:${ACCOUNT}:vpc/L-7E9ECCDB`,
        QuotaCode: 'L-7E9ECCDB',
        QuotaName: 'Active VPC peering connections per VPC',
        Value: 50,
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
        QuotaAppliedAtLevel: 'ACCOUNT',
      },
    });
  });

  test('is what the service holds the account to, in that Region; the default stays', async () => {
    aws.world.state(ec2Home, { account: ACCOUNT, region: IRELAND }).quotas.vpcs = 2;
    const VPCS = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };
    expect((await aws.call('GetServiceQuota', VPCS, IRELAND)).Quota?.Value).toBe(2);
    expect((await aws.call('GetServiceQuota', VPCS, VIRGINIA)).Quota?.Value).toBe(5);
    const byDefault = (await aws.call('GetAWSDefaultServiceQuota', VPCS, IRELAND)).Quota;
    expect(byDefault).toMatchObject({ Value: 5, QuotaArn: `arn:aws:servicequotas:${IRELAND}::vpc/L-F678F1CE` });
    for (let made = 1; made <= 2; made += 1)
      await aws.ask(ec2, 'CreateVpc', { CidrBlock: `10.${made}.0.0/16` }, IRELAND);
    await expect(aws.ask(ec2, 'CreateVpc', { CidrBlock: '10.9.0.0/16' }, IRELAND)).rejects.toMatchObject({
      code: 'VpcLimitExceeded',
    });
  });

  test.for([
    { asked: { ServiceCode: 'vpc', QuotaCode: 'L-00000000' }, region: VIRGINIA, why: 'no such quota' },
    { asked: { ServiceCode: 'vcp', QuotaCode: 'L-7E9ECCDB' }, region: VIRGINIA, why: 'no such service' },
    {
      asked: { ServiceCode: 'route53', QuotaCode: 'L-4EA4796A' },
      region: IRELAND,
      why: 'global, and kept in Virginia',
    },
  ])('that is not there: $why', async ({ asked, region }) => {
    expect((await aws.refused('GetServiceQuota', asked, region)).code).toBe('NoSuchResourceException');
    expect((await aws.refused('GetAWSDefaultServiceQuota', asked, region)).code).toBe('NoSuchResourceException');
  });
});

describe('lists', () => {
  test.for(['ListServiceQuotas', 'ListAWSDefaultServiceQuotas'] as const)('%s has pages', async (operation) => {
    const codes: unknown[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await aws.call(operation, { ServiceCode: 'vpc', MaxResults: 5, ...(NextToken && { NextToken }) });
      codes.push(...(page.Quotas ?? []).map(({ QuotaCode }) => QuotaCode));
      NextToken = page.NextToken;
      pages += 1;
    } while (NextToken !== undefined);
    expect(pages).toBe(3);
    expect(new Set(codes).size).toBe(14);
    expect(codes).toContain('L-7E9ECCDB');
  });

  test('a token that nobody gave is refused', async () => {
    const refused = await aws.refused('ListServiceQuotas', { ServiceCode: 'vpc', NextToken: 'nobody-gave-it' });
    expect(refused.code).toBe('InvalidPaginationTokenException');
  });

  test('services that are global are listed in Virginia only', async () => {
    const codes = async (region: string) =>
      (await aws.call('ListServices', {}, region)).Services?.map(({ ServiceCode }) => ServiceCode);
    expect(await codes(VIRGINIA)).toContain('route53');
    expect(await codes(IRELAND)).not.toContain('route53');
  });
});
