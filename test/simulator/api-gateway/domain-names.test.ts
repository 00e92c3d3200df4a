import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { beforeEach, describe, expect, test } from 'vitest';
import { domainReachableFrom } from '../../../simulator/services/api-gateway/anywhere.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { IRELAND, refusal } from '../service-world.ts';
import { importedPayments, onlyFrom } from './documents.ts';

const DOMAIN = 'payments.internal';

const newWorld = () => new PrivateApiWorld(apiGateway);
let aws: ReturnType<typeof newWorld>;
let certificateArn: string;
beforeEach(async () => {
  aws = newWorld();
  certificateArn = await aws.certificate(DOMAIN);
});

const create = (rest: object = {}) =>
  aws.call('CreateDomainName', {
    domainName: DOMAIN,
    certificateArn,
    endpointConfiguration: { types: ['PRIVATE'] },
    ...rest,
  });
const domain = async (rest: object = {}) => {
  const made = await create(rest);
  return { domainName: DOMAIN, domainNameId: known(made.domainNameId), arn: known(made.domainNameArn) };
};
const status = async ({ domainName, domainNameId }: { domainName: string; domainNameId: string }) =>
  (await aws.call('GetDomainName', { domainName, domainNameId })).domainNameStatus;

describe('a private domain', () => {
  test('is available 15 minutes after it was made, and lets nobody pass until it is told whom', async () => {
    const made = await domain({ tags: { a: '1' } });
    expect(made.arn).toBe(`arn:aws:apigateway:us-east-1:111122223333:/domainnames/${DOMAIN}+${made.domainNameId}`);
    await aws.pass(15 * 60 - 1);
    expect(await status(made)).toBe('PENDING');
    await aws.pass(1);
    const { items } = await aws.call('GetDomainNames', { resourceOwner: 'SELF' });
    expect(items).toMatchObject([
      {
        domainNameStatus: 'AVAILABLE',
        endpointConfiguration: { types: ['PRIVATE'] },
        securityPolicy: 'TLS_1_2',
        tags: { a: '1' },
      },
    ]);
    expect(JSON.parse(items?.[0]?.policy ?? '')).toMatchObject({ Statement: [{ Effect: 'Deny' }] });
    expect((await aws.call('GetDomainNames', { resourceOwner: 'OTHER_ACCOUNTS' })).items).toEqual([]);
  });

  test('may stand twice under one name; its id tells which', async () => {
    const one = await domain();
    const other = await domain();
    await aws.call('DeleteDomainName', one);
    expect(await refusal(status(one))).toMatch(/^NotFoundException: Invalid domain name identifier specified/);
    expect(await status(other)).toBe('PENDING');
    expect(await refusal(aws.call('GetDomainName', { domainName: DOMAIN }))).toMatch(/^NotFoundException/);
  });

  test('changes its policy at once, and its certificate in 15 minutes during which it stays as it is', async () => {
    const made = await domain();
    const update = (...patchOperations: PatchOperation[]) => aws.call('UpdateDomainName', { ...made, patchOperations });
    const value = JSON.stringify(onlyFrom('vpce-1'));
    expect((await update({ op: 'replace', path: '/policy', value })).policy).toContain('vpce-1');
    const newer = await aws.certificate(DOMAIN);
    const swap = () => update({ op: 'replace', path: '/certificateArn', value: newer });
    expect(await refusal(swap())).toMatch(/^BadRequestException: .*until its current update is complete/);
    await aws.pass(15 * 60);
    expect((await swap()).domainNameStatus).toBe('UPDATING');
    await aws.pass(15 * 60);
    expect(await status(made)).toBe('AVAILABLE');
    expect(await refusal(update({ op: 'replace', path: '/endpointConfiguration/types/0', value: 'EDGE' }))).toMatch(
      /^BadRequestException: Invalid patch path/,
    );
  });

  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; input: () => object | Promise<object>; told: RegExp }>([
    { why: 'no certificate',                input: () => ({ certificateArn: undefined }),                told: /A certificate was not provided/ },
    { why: 'a certificate that is not there', input: () => ({ certificateArn: `${certificateArn}0` }),   told: /was not found in us-east-1/ },
    { why: 'one of another Region',         input: async () => ({ certificateArn: await aws.certificate(DOMAIN, IRELAND) }), told: /was not found in us-east-1/ },
    { why: 'one for another name',          input: async () => ({ certificateArn: await aws.certificate('example.com') }), told: /not covered by the provided certificate/ },
    { why: 'a star',                        input: () => ({ domainName: '*.payments.internal' }),        told: /Wildcard custom domain names/ },
    { why: 'no name',                       input: () => ({ domainName: 'a b' }),                        told: /Invalid domain name specified/ },
    { why: 'no policy',                     input: () => ({ policy: '{}' }),                             told: /Invalid policy document/ },
    { why: 'an older TLS',                  input: () => ({ securityPolicy: 'TLS_1_0' }),                told: /TLS_1_2 only/ },
    { why: 'not private',                   input: () => ({ endpointConfiguration: { types: ['REGIONAL'] } }), told: /PRIVATE/ },
  ])('is refused: $why', async ({ input, told }) => {
    const refused = await refusal(create(await input()));
    expect(refused).toMatch(/^BadRequestException/);
    expect(refused).toMatch(told);
    expect((await aws.call('GetDomainNames', {})).items).toEqual([]);
  });

  test('is one of 50 at most', async () => {
    for (let index = 0; index < 50; index += 1) await create();
    expect(await refusal(create())).toMatch(/^LimitExceededException/);
  });
});

describe('a base path mapping', () => {
  test('leads from a private domain to a stage of a private API', async () => {
    const { restApiId } = await importedPayments(aws);
    await aws.call('CreateDeployment', { restApiId, stageName: 'live' });
    const made = await domain();
    const map = (rest: object) => aws.call('CreateBasePathMapping', { ...made, restApiId, stage: 'live', ...rest });
    expect(await map({})).toEqual({ basePath: '(none)', restApiId, stage: 'live' });
    expect(await refusal(map({}))).toBe('ConflictException: Base path already exists for this domain name');
    expect(await refusal(map({ basePath: 'a', stage: 'none' }))).toBe(
      'BadRequestException: Invalid stage identifier specified',
    );
    expect(await refusal(map({ basePath: 'a', restApiId: 'none' }))).toBe(
      'BadRequestException: Invalid REST API identifier specified',
    );
    expect(await refusal(map({ basePath: 'a/b' }))).toMatch(/^BadRequestException: Base path may only contain/);
    const open = await aws.call('CreateRestApi', { name: 'public' });
    expect(await refusal(map({ basePath: 'a', restApiId: open.id, stage: undefined }))).toMatch(
      /Only private APIs can be mapped/,
    );

    const patchOperations: PatchOperation[] = [{ op: 'replace', path: '/basePath', value: 'v1' }];
    await aws.call('UpdateBasePathMapping', { ...made, basePath: '(none)', patchOperations });
    expect((await aws.call('GetBasePathMappings', made)).items).toEqual([{ basePath: 'v1', restApiId, stage: 'live' }]);

    expect(await refusal(aws.call('DeleteRestApi', { restApiId }))).toMatch(/Please remove all base path mappings/);
    const removed = () => aws.call('DeleteStage', { restApiId, stageName: 'live' });
    expect(await refusal(removed())).toMatch(
      /^BadRequestException: Deleting stage live failed. Please remove all base path mappings related to the stage/,
    );
    await aws.call('DeleteBasePathMapping', { ...made, basePath: 'v1' });
    await removed();
    expect(await refusal(aws.call('GetBasePathMapping', { ...made, basePath: 'v1' }))).toMatch(/^NotFoundException/);
  });
});

const associate = (domainNameArn: string, accessAssociationSource: string) =>
  aws.call('CreateDomainNameAccessAssociation', {
    domainNameArn,
    accessAssociationSourceType: 'VPCE',
    accessAssociationSource,
  });

const reach = (endpointId: string) => {
  const found = domainReachableFrom(aws.world, aws.state().place, endpointId, DOMAIN, aws.clock.nowMs());
  return typeof found === 'string' ? found : found.arn;
};

describe('an access association', () => {
  test('lets requests pass 15 minutes after the domain is there, and shows no status meanwhile', async () => {
    const { id } = await aws.endpoint();
    const { arn } = await domain();
    expect(reach(id)).toBe('no-association');
    const made = await associate(arn, id);
    expect(made.domainNameAccessAssociationArn).toBe(
      arn.replace(':/domainnames/', ':/domainnameaccessassociations/domainname/').concat(`/vpcesource/${id}`),
    );
    await aws.pass(14 * 60);
    expect(reach(id)).toBe('domain-not-provisioned');
    await aws.pass(15 * 60);
    expect(reach(id)).toBe('association-not-effective');
    await aws.pass(60);
    expect(reach(id)).toBe(arn);
    const { items } = await aws.call('GetDomainNameAccessAssociations', { resourceOwner: 'SELF' });
    expect(items).toEqual([made]);
  });

  test('is one per endpoint and name, keeps its domain, and is deleted or rejected', async () => {
    const { id } = await aws.endpoint();
    const one = await domain();
    const other = await domain();
    const { domainNameAccessAssociationArn } = await associate(one.arn, id);
    expect(await refusal(associate(one.arn, id))).toMatch(/^ConflictException/);
    expect(await refusal(associate(other.arn, id))).toMatch(/^ConflictException/);
    expect(await refusal(associate(one.arn, 'vpce-0'))).toBe('BadRequestException: VPC endpoint vpce-0 does not exist');
    expect(await refusal(associate('none', id))).toMatch(/^NotFoundException/);
    const drop = () => refusal(aws.call('DeleteDomainName', one));
    expect(await drop()).toMatch(/^BadRequestException/);
    const resourceArn = known(domainNameAccessAssociationArn);
    await aws.call('TagResource', { resourceArn, tags: { a: '1' } });
    await aws.call('DeleteDomainNameAccessAssociation', { domainNameAccessAssociationArn });
    expect(await drop()).toBe('no error');
    const again = await associate(other.arn, id);
    await aws.call('RejectDomainNameAccessAssociation', {
      domainNameAccessAssociationArn: again.domainNameAccessAssociationArn,
      domainNameArn: other.arn,
    });
    expect((await aws.call('GetDomainNameAccessAssociations', {})).items).toEqual([]);
  });
});

describe('API keys, usage plans and the account', () => {
  test('are kept and told', async () => {
    const { restApiId } = await importedPayments(aws);
    await aws.call('CreateDeployment', { restApiId, stageName: 'live' });
    const key = await aws.call('CreateApiKey', { name: 'partner', enabled: true });
    expect((await aws.call('GetApiKeys', { nameQuery: 'part' })).items?.[0]).not.toHaveProperty('value');
    expect((await aws.call('GetApiKeys', { includeValues: true })).items?.[0]?.value).toBe(key.value);
    const plan = await aws.call('CreateUsagePlan', {
      name: 'gold',
      apiStages: [{ apiId: restApiId, stage: 'live' }],
    });
    const join = () => aws.call('CreateUsagePlanKey', { usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' });
    expect(await join()).toMatchObject({ id: key.id, type: 'API_KEY' });
    expect(await refusal(join())).toMatch(/^ConflictException/);
    expect((await aws.call('GetUsagePlans', { keyId: key.id })).items).toMatchObject([{ name: 'gold' }]);
    const unknown = { name: 'x', apiStages: [{ apiId: restApiId, stage: 'none' }] };
    expect(await refusal(aws.call('CreateUsagePlan', unknown))).toMatch(/^NotFoundException: API Stage not found/);

    const value = 'arn:aws:iam::111122223333:role/logs';
    await aws.call('UpdateAccount', {
      patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }],
    });
    expect((await aws.call('GetAccount', {})).cloudwatchRoleArn).toBe(value);
  });
});
