import { describe, expect, test } from 'vitest';
import { accessAssociation } from '../../../control-plane/kinds/access-association.ts';
import { basePathMapping } from '../../../control-plane/kinds/base-path-mapping.ts';
import { domainName } from '../../../control-plane/kinds/domain-name.ts';
import { functionKind } from '../../../control-plane/kinds/function.ts';
import type { Kind } from '../../../control-plane/kinds/kind.ts';
import { restApi } from '../../../control-plane/kinds/rest-api.ts';
import { stage } from '../../../control-plane/kinds/stage.ts';
import { resolve } from '../../../control-plane/loop/resolve.ts';
import { accessPolicyText } from '../../../control-plane/model/access-policy.ts';
import type { Drift } from '../../../control-plane/model/drift.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import { tagsOf } from '../../../control-plane/model/ownership.ts';
import { keyOf } from '../../../control-plane/model/target.ts';
import { type Answers, converse, placeIn } from '../../support/dialogue.ts';
import { declaredWith, memberOf, payments } from '../../support/payments.ts';

const REGION = 'eu-west-1';
const DOMAIN_ARN = `arn:aws:apigateway:${REGION}:111122223333:/domainnames/${payments.domain}+d1`;
const declared = declaredWith(memberOf(REGION, 1), memberOf('us-east-1', 2, { role: 'client' }));

/** What the other kinds would say of their targets. */
const attributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'function/eu-west-1/list': { id: 'arn:list' },
  'function/eu-west-1/create': { id: 'arn:create' },
  'endpoint/eu-west-1': { id: 'vpce-1' },
  'rest-api/eu-west-1': { id: 'api1', specification: 'declared' },
  'stage/eu-west-1': { id: 'dep1', name: 'live' },
  'domain-name/eu-west-1': { id: 'd1', arn: DOMAIN_ARN, availableArn: DOMAIN_ARN },
};

/** One target of a kind, looked at and, if it drifts, repaired, with answers by hand. */
function look<Desired, Observed>(
  kind: Kind<Desired, Observed>,
  answers: Answers,
  known: Readonly<Record<string, string>> = {},
  name: string = REGION,
) {
  const place = placeIn(REGION, declared, known);
  const target = [...kind.targets(declared)].find((each) => each.name === name);
  if (target === undefined) throw new Error(`no ${kind.name}/${name} is wanted`);
  const { value, waitsFor } = resolve(target.want, (key, attribute) => attributes[key]?.[attribute]);
  expect(waitsFor).toEqual([]);
  const desired = kind.desired.parse(value);
  const key = keyOf(kind.name, name);
  const observed = converse(kind.survey(place), answers).result.get(name);
  const drift = kind.diff(desired, observed);
  const artefact = (sha: string) => new TextEncoder().encode(sha);
  return {
    desired,
    observed,
    drift,
    attributes: observed === undefined ? undefined : kind.attributes(observed),
    conflict: observed === undefined ? undefined : kind.conflict?.(desired, observed),
    repair: () => converse(kind.apply({ target, key, desired, observed, drift, place, artefact }), answers),
    remove: () => {
      if (observed === undefined) throw new Error('there is nothing to remove');
      return converse(kind.remove({ target, key, observed, place }), answers);
    },
  };
}
const fieldsOf = (drift: readonly Drift[]): string[] => drift.map(({ field }) => field);
const methodsOf = (said: readonly { method: string }[]): string[] => said.map(({ method }) => method);
const bodyOf = (input: Record<string, unknown> | undefined): unknown =>
  JSON.parse(new TextDecoder().decode(input?.['body'] as Uint8Array));

describe('every kind of the API', () => {
  const kinds = [functionKind, restApi, stage, domainName, basePathMapping, accessAssociation];
  test.for(kinds.map((kind) => [kind.name, kind] as const))('%s is wanted of serving members only', ([, kind]) => {
    const targets = [...kind.targets(declared)];
    expect(new Set(targets.map(({ region }) => region))).toEqual(new Set([REGION]));
    for (const { owners, concerns, lease } of targets)
      expect({ owners, concerns, lease }).toEqual({ owners: [REGION], concerns: [REGION], lease: `member/${REGION}` });
  });

  test("refers to nothing through the `$ref`s of the fleet's own OpenAPI document", () => {
    for (const kind of [restApi, stage])
      for (const { want } of kind.targets(declared)) expect(JSON.stringify(want)).not.toContain('#/components');
  });
});

describe('function', () => {
  const arn = `arn:aws:lambda:${REGION}:111122223333:function:landbridge-payments-list`;
  const key = 'function/eu-west-1/list';
  const found = {
    FunctionName: 'landbridge-payments-list',
    FunctionArn: arn,
    Description: `landbridge payments ${key}`,
    CodeSha256: 'aGFzaA==',
    Handler: 'index.list',
    Runtime: 'nodejs24.x',
    Role: payments.roles.function,
    MemorySize: 256,
    Timeout: 5,
    Environment: { Variables: { TABLE: 'payments', LANDBRIDGE_FLEET: 'payments' } },
  };
  const lookAt = (functions: readonly object[], known = {}) =>
    look(
      functionKind,
      {
        listFunctions: { Functions: functions },
        createFunction: {},
        updateFunctionCode: {},
        updateFunctionConfiguration: {},
      },
      known,
      'eu-west-1/list',
    );

  // biome-ignore format: a table is read down its columns
  test.for([
    { but: {},                                          drift: [],              writes: [],                              why: 'as declared' },
    { but: { CodeSha256: 'dGhlaXJz' },                  drift: ['codeSha256'],  writes: ['updateFunctionCode'],          why: 'its code was replaced' },
    { but: { MemorySize: 128, Timeout: 3 },             drift: ['memoryMb', 'timeoutSeconds'], writes: ['updateFunctionConfiguration'], why: 'it was tuned by hand' },
    { but: { Environment: { Variables: {} } },          drift: ['environment.LANDBRIDGE_FLEET', 'environment.TABLE'], writes: ['updateFunctionConfiguration'], why: 'its variables are gone' },
    { but: { Environment: { Variables: { TABLE: 'payments', LANDBRIDGE_FLEET: 'payments', NODE_OPTIONS: '-r evil' } } }, drift: ['environment.NODE_OPTIONS'], writes: ['updateFunctionConfiguration'], why: 'a variable is too much' },
    { but: { CodeSha256: 'dGhlaXJz', Handler: 'evil' }, drift: ['codeSha256', 'handler'], writes: ['updateFunctionCode'], why: 'both: the second waits for the next round' },
  ])('$why', ({ but, drift, writes }) => {
    const { drift: got, conflict, repair } = lookAt([{ ...found, ...but }]);
    expect(fieldsOf(got)).toEqual(drift);
    expect(conflict).toBeUndefined();
    if (writes.length > 0) expect(methodsOf(repair().writes)).toEqual(writes);
  });

  test('what its variables hold is told apart, and not told', () => {
    const variables = { TABLE: 'hunter2', LANDBRIDGE_FLEET: 'payments' };
    const { drift, observed, repair } = lookAt([{ ...found, Environment: { Variables: variables } }]);
    const told = expect.stringMatching(/^fingerprint [0-9a-f]{16}$/);
    expect(drift).toEqual([{ field: 'environment.TABLE', desired: told, observed: told, impact: 'risk' }]);
    expect(drift[0]?.desired).not.toBe(drift[0]?.observed);
    // What a survey has seen is kept with the plan.
    expect(JSON.stringify({ drift, observed })).not.toContain('hunter2');
    expect(repair().writes[0]?.input).toMatchObject({
      Environment: { Variables: { TABLE: 'payments', LANDBRIDGE_FLEET: 'payments' } },
    });
  });

  test('is created with its code, tags and mark, from the pages of one list', () => {
    const pages = (input: { Marker?: string }) =>
      input.Marker === undefined ? { Functions: [{ FunctionName: 'other' }], NextMarker: 'next' } : { Functions: [] };
    const { drift, repair } = look(functionKind, { listFunctions: pages, createFunction: {} }, {}, 'eu-west-1/list');
    expect(fieldsOf(drift)).toEqual(['existence']);
    expect(repair().writes[0]?.input).toMatchObject({
      FunctionName: 'landbridge-payments-list',
      Description: `landbridge payments ${key}`,
      Code: { ZipFile: new TextEncoder().encode('aGFzaA==') },
      Tags: tagsOf('payments', key),
    });
  });

  test("a stranger's function of that name is a conflict, and stays when the member leaves", () => {
    const { conflict, remove } = lookAt([{ ...found, Description: 'mine' }]);
    expect(conflict).toContain(arn);
    expect(remove).toThrow(arn);
  });

  test('one whose description was changed is known by its id, and gets it back', () => {
    const { conflict, drift, repair } = lookAt([{ ...found, Description: 'mine' }], { [key]: arn });
    expect(conflict).toBeUndefined();
    expect(fieldsOf(drift)).toEqual(['description']);
    expect(repair().writes[0]?.input).toMatchObject({ Description: `landbridge payments ${key}` });
  });
});

describe('rest-api', () => {
  const key = 'rest-api/eu-west-1';
  const answers = {
    createRestApi: { id: 'api1' },
    putRestApi: {},
    updateRestApi: {},
    tagResource: {},
  };
  const lookAt = (items: readonly object[], known = {}) => look(restApi, { ...answers, getRestApis: { items } }, known);
  const [made] = lookAt([]).repair().writes;
  const found = {
    id: 'api1',
    description: String(made?.input['description']),
    policy: accessPolicyText('vpce-1').replaceAll('"', String.raw`\"`),
    endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: ['vpce-1'] },
    tags: tagsOf('payments', key),
  };

  test('is private, closed and ours from its first moment', () => {
    expect(made).toMatchObject({
      method: 'createRestApi',
      input: {
        name: 'landbridge-payments-eu-west-1',
        description: expect.stringMatching(/^landbridge payments rest-api\/eu-west-1 spec:[0-9a-f]{16}$/),
        endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: ['vpce-1'] },
        policy: accessPolicyText('vpce-1'),
        tags: tagsOf('payments', key),
      },
    });
  });

  const loosened = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
  });
  // biome-ignore format: a table is read down its columns
  test.for([
    { but: {},                                    known: {}, drift: [],                writes: [],                why: 'as declared' },
    { but: { tags: {}, description: 'mine' }, known: { [key]: 'api1' }, drift: ['specification', 'tags'], writes: ['tagResource', 'putRestApi'], why: 'no trace but the journal' },
    { but: { tags: { theirs: 'x' } }, known: { [key]: 'api1' }, drift: ['tags'], writes: ['tagResource'], why: 'tags removed' },
    { but: { description: found.description.replace(/spec:.*/, 'spec:0') }, known: {}, drift: ['specification'], writes: ['putRestApi'], why: 'an older document' },
    { but: { policy: loosened },                  known: {}, drift: ['policy'],        writes: ['updateRestApi'], why: 'its policy was loosened' },
    { but: { endpointConfiguration: { vpcEndpointIds: ['vpce-1', 'vpce-9'] } }, known: {}, drift: ['endpointIds'], writes: ['updateRestApi'], why: 'a second endpoint was added' },
  ])('$why', ({ but, known, drift, writes }) => {
    const { drift: got, repair } = lookAt([{ id: 'other', tags: {} }, { ...found, ...but }], known);
    expect(fieldsOf(got)).toEqual(drift);
    if (writes.length > 0) expect(methodsOf(repair().writes)).toEqual(writes);
  });

  test('swaps endpoints and policy in one patch', () => {
    const { repair } = lookAt([{ ...found, policy: '', endpointConfiguration: { vpcEndpointIds: ['vpce-9'] } }]);
    const path = '/endpointConfiguration/vpcEndpointIds';
    expect(repair().writes[0]?.input['patchOperations']).toEqual([
      { op: 'replace', path: '/policy', value: accessPolicyText('vpce-1') },
      { op: 'add', path, value: 'vpce-1' },
      { op: 'remove', path, value: 'vpce-9' },
    ]);
  });
});

describe('stage', () => {
  const mark = 'landbridge payments stage/eu-west-1';
  const lookAt = (item: readonly object[], known: Record<string, string>, deployment: unknown = {}) =>
    look(
      stage,
      {
        getRestApis: { items: [{ id: 'api1', tags: tagsOf('payments', 'rest-api/eu-west-1') }] },
        getStages: { item },
        getDeployment: deployment,
        createDeployment: { id: 'dep2' },
        putRestApi: {},
      },
      known,
    );
  const live = (deploymentId: string, specification = 'declared') => ({
    stageName: 'live',
    deploymentId,
    variables: { landbridgeSpecification: specification },
  });
  const journal = { 'stage/eu-west-1': 'dep1' };
  const gone = () => {
    throw new Fault('Absent', 'no such deployment');
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { item: [live('dep1')],        known: journal, drift: [],                writes: [],                                why: 'as declared' },
    { item: [],                    known: {},      drift: ['existence'],     writes: ['putRestApi', 'createDeployment'], why: 'never deployed: the API is empty yet' },
    { item: [],                    known: journal, drift: ['existence'],     writes: ['putRestApi', 'createDeployment'], why: 'taken away: whoever did may have edited the API too' },
    { item: [live('dep1', 'old')], known: journal, drift: ['specification'], writes: ['createDeployment'],              why: 'the API has been imported anew' },
    { item: [live('dep9')],        known: journal, drift: ['deploymentId'],  writes: ['putRestApi', 'createDeployment'], why: 'a stranger deployed their edits' },
    { item: [live('dep9')],        known: journal, deployment: gone, drift: ['deploymentId'], writes: ['putRestApi', 'createDeployment'], why: 'a stranger deployed, and hid what' },
    { item: [live('dep2')],        known: journal, deployment: { description: `${mark} spec:declared` }, drift: [], writes: [], why: 'ours: we died before it was noted' },
    { item: [live('dep0')],        known: journal, deployment: { description: `${mark} spec:old` }, drift: ['specification'], writes: ['createDeployment'], why: 'rolled back by hand to an older one of ours' },
  ])('$why', ({ item, known, deployment, drift, writes }) => {
    const { drift: got, repair } = lookAt(item, known, deployment);
    expect(fieldsOf(got)).toEqual(drift);
    if (writes.length === 0) return;
    const { writes: made, result } = repair();
    expect(methodsOf(made)).toEqual(writes);
    expect(result).toEqual({ id: 'dep2' });
  });

  test('is not relied on, nor noted, while it serves what a stranger deployed', () => {
    expect(lookAt([live('dep9')], journal).attributes).toEqual({ name: 'live' });
    expect(lookAt([live('dep1')], journal).attributes).toEqual({ name: 'live', id: 'dep1' });
  });

  test('says in its variables which specification it serves, and in its deployment whose it is', () => {
    const [put, deploy] = lookAt([live('dep9')], journal).repair().writes;
    const { info } = bodyOf(put?.input) as { info: { description: string } };
    const specification = info.description.replace(/.*spec:/, '');
    expect(deploy?.input).toMatchObject({
      stageName: 'live',
      description: `${mark} spec:${specification}`,
      variables: { landbridgeSpecification: specification },
    });
  });
});

describe('domain-name', () => {
  const key = 'domain-name/eu-west-1';
  const found = {
    domainName: payments.domain,
    domainNameId: 'd1',
    domainNameArn: DOMAIN_ARN,
    domainNameStatus: 'AVAILABLE',
    certificateArn: `arn:aws:acm:${REGION}:111122223333:certificate/1`,
    policy: accessPolicyText('vpce-1'),
    tags: tagsOf('payments', key),
  };
  const publicOne = { domainName: payments.domain, tags: tagsOf('payments', key) };
  const stranger = { ...found, domainNameId: 'd9', tags: {} };
  const lookAt = (items: readonly object[], known = {}) =>
    look(
      domainName,
      { getDomainNames: { items }, createDomainName: { domainNameId: 'new' }, updateDomainName: {}, tagResource: {} },
      known,
    );

  // biome-ignore format: a table is read down its columns
  test.for([
    { items: [publicOne, stranger, found],                        known: {},              drift: [],                 writes: [],                 why: 'as declared, beside others of the name' },
    { items: [publicOne, stranger],                               known: {},              drift: ['existence'],      writes: ['createDomainName'], why: 'others of the name are no reason not to have one' },
    { items: [{ ...found, tags: { theirs: 'x' } }],               known: { [key]: 'd1' }, drift: ['tags'],           writes: ['tagResource'],    why: 'tags removed' },
    { items: [{ ...found, policy: '' }],                          known: {},              drift: ['policy'],         writes: ['updateDomainName'], why: 'policy removed' },
    { items: [{ ...found, certificateArn: 'old', policy: 'old' }], known: {},             drift: ['certificateArn', 'policy'], writes: ['updateDomainName'], why: 'both in one patch' },
  ])('$why', ({ items, known, drift, writes }) => {
    const { drift: got, repair } = lookAt(items, known);
    expect(fieldsOf(got)).toEqual(drift);
    if (writes.length > 0) expect(methodsOf(repair().writes)).toEqual(writes);
  });

  test('can be mapped at once, and reached once it is AVAILABLE', () => {
    const pending = lookAt([{ ...found, domainNameStatus: 'PENDING' }]);
    expect(pending.attributes).toEqual({ id: 'd1', arn: DOMAIN_ARN });
    expect(domainName.settling?.(pending.observed ?? expect.fail())).toMatchObject({ lookAgainAfterSeconds: 120 });
    const available = lookAt([found]);
    expect(available.attributes).toMatchObject({ availableArn: DOMAIN_ARN });
    expect(domainName.settling?.(available.observed ?? expect.fail())).toBeUndefined();
  });
});

describe('base-path-mapping', () => {
  const domain = { domainName: payments.domain, domainNameId: 'd1', tags: tagsOf('payments', 'domain-name/eu-west-1') };
  const root = { basePath: '(none)', restApiId: 'api1', stage: 'live' };
  // biome-ignore format: a table is read down its columns
  test.for([
    { items: [root],                                    drift: [],                    writes: undefined,                why: 'as declared' },
    { items: [{ ...root, basePath: 'theirs' }],         drift: ['existence'],         writes: 'createBasePathMapping',  why: 'another path is not the fleet’s' },
    { items: [{ ...root, restApiId: 'x', stage: 'y' }], drift: ['restApiId', 'stage'], writes: 'updateBasePathMapping', why: 'it leads elsewhere' },
  ])('$why', ({ items, drift, writes }) => {
    const { drift: got, repair } = look(basePathMapping, {
      getDomainNames: { items: [domain] },
      getBasePathMappings: { items },
      createBasePathMapping: {},
      updateBasePathMapping: {},
    });
    expect(fieldsOf(got)).toEqual(drift);
    if (writes === undefined) return;
    const [made] = repair().writes;
    expect(made).toMatchObject({ method: writes, input: { domainNameId: 'd1', basePath: '(none)' } });
  });
});

describe('access-association', () => {
  const key = 'access-association/eu-west-1';
  const association = (endpoint: string, tags: object = tagsOf('payments', key)) => ({
    domainNameAccessAssociationArn: `arn:${endpoint}`,
    domainNameArn: DOMAIN_ARN,
    accessAssociationSource: endpoint,
    tags,
  });
  const journal = { 'endpoint/eu-west-1': 'vpce-1', 'domain-name/eu-west-1': 'd1' };
  const lookAt = (items: readonly object[], known: Record<string, string> = journal) =>
    look(
      accessAssociation,
      {
        getDomainNameAccessAssociations: { items },
        createDomainNameAccessAssociation: { domainNameAccessAssociationArn: 'arn:new' },
        deleteDomainNameAccessAssociation: {},
        tagResource: {},
      },
      known,
    );

  // biome-ignore format: a table is read down its columns
  test.for([
    { items: [association('vpce-1')],                            known: journal,            drift: [],            write: undefined,                           why: 'as declared' },
    { items: [association('arn:aws:ec2:eu-west-1:1:vpc-endpoint/vpce-1')], known: journal,  drift: [],            write: undefined,                           why: 'listed by ARN' },
    { items: [association('vpce-9', {})],                        known: journal,            drift: ['existence'], write: 'createDomainNameAccessAssociation', why: 'somebody else’s endpoint' },
    { items: [association('vpce-0')],                            known: journal,            drift: ['leads'],     write: 'createDomainNameAccessAssociation', why: 'the endpoint was replaced' },
    { items: [association('vpce-0'), association('vpce-1')],     known: {},                 drift: [],            write: undefined,                           why: 'the replaced one does not hide the new one' },
    { items: [association('vpce-1', {})],                        known: journal,            drift: ['tags'],      write: 'tagResource',                       why: 'tags removed: ours by what it joins' },
    { items: [association('vpce-1', {})],                        known: { [key]: 'arn:vpce-1' }, drift: ['tags'], write: 'tagResource',                       why: 'tags removed: ours by the journal' },
  ])('$why', ({ items, known, drift, write }) => {
    const { drift: got, repair } = lookAt(items, known);
    expect(fieldsOf(got)).toEqual(drift);
    if (write !== undefined) expect(methodsOf(repair().writes)).toEqual([write]);
  });

  test('is the one in use, and takes the replaced ones along when it goes', () => {
    const { attributes: said, remove } = lookAt([association('vpce-0'), association('vpce-1')]);
    expect(said).toEqual({ id: 'arn:vpce-1' });
    expect(methodsOf(remove().writes)).toHaveLength(2);
  });
});
