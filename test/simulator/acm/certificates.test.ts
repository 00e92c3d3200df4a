import { beforeEach, describe, expect, test } from 'vitest';
import { acm } from '../../../simulator/services/acm/index.ts';
import { covers } from '../../../simulator/services/acm/state.ts';
import { apiGateway } from '../../../simulator/services/api-gateway/index.ts';
import { known } from '../../support/known.ts';
import { PrivateApiWorld } from '../private-api-world.ts';
import { IRELAND, refusal } from '../service-world.ts';
import { CERTIFICATE, EXPIRED_CERTIFICATE, OTHER_PRIVATE_KEY, PRIVATE_KEY } from './pem.ts';

const newWorld = () => new PrivateApiWorld(acm);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const imported = (certificate: string, key: string, rest: object = {}) =>
  aws.call('ImportCertificate', { Certificate: bytes(certificate), PrivateKey: bytes(key), ...rest });
const describeOne = async (CertificateArn: string | undefined) =>
  known((await aws.call('DescribeCertificate', { CertificateArn })).Certificate);

describe('a requested certificate', () => {
  test('is pending until it is issued, and says which records would validate it', async () => {
    const { CertificateArn } = await aws.call('RequestCertificate', {
      DomainName: 'Payments.Internal',
      SubjectAlternativeNames: ['*.payments.internal'],
      ValidationMethod: 'DNS',
    });
    expect(CertificateArn).toMatch(/^arn:aws:acm:us-east-1:111122223333:certificate\/[0-9a-f-]{36}$/);
    const pending = await describeOne(CertificateArn);
    expect(pending).toMatchObject({ Status: 'PENDING_VALIDATION', DomainName: 'payments.internal' });
    expect(pending.DomainValidationOptions).toHaveLength(2);
    expect(await refusal(aws.call('GetCertificate', { CertificateArn }))).toMatch(/^RequestInProgressException/);
    await aws.pass(60);
    expect((await describeOne(CertificateArn)).Status).toBe('ISSUED');
  });

  test('is the same one for the same token, within the hour', async () => {
    const request = () => aws.call('RequestCertificate', { DomainName: 'a.example.com', IdempotencyToken: 't' });
    const first = await request();
    expect(await request()).toEqual(first);
    await aws.pass(3_600);
    expect(await request()).not.toEqual(first);
  });

  test('belongs to its Region', async () => {
    const CertificateArn = await aws.certificate('a.example.com');
    expect(await refusal(aws.call('DescribeCertificate', { CertificateArn }, IRELAND))).toMatch(
      /^ResourceNotFoundException/,
    );
  });
});

describe('an imported certificate', () => {
  test('is known by what its PEM says', async () => {
    const { CertificateArn } = await imported(CERTIFICATE, PRIVATE_KEY, { Tags: [{ Key: 'a', Value: '1' }] });
    expect(await describeOne(CertificateArn)).toMatchObject({
      DomainName: 'payments.internal',
      SubjectAlternativeNames: ['payments.internal', '*.payments.internal'],
      Status: 'ISSUED',
      Type: 'IMPORTED',
      KeyAlgorithm: 'EC_prime256v1',
      Issuer: 'Test CA',
      Serial: '0b:ad:c0:ff:ee',
      NotAfter: new Date('2045-01-01T00:00:00Z'),
    });
    expect((await aws.call('GetCertificate', { CertificateArn })).Certificate).toBe(CERTIFICATE);
    expect((await aws.call('ListTagsForCertificate', { CertificateArn })).Tags).toEqual([{ Key: 'a', Value: '1' }]);
    expect((await imported(CERTIFICATE, PRIVATE_KEY, { CertificateArn })).CertificateArn).toBe(CertificateArn);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'no PEM',            certificate: 'nonsense',                   key: PRIVATE_KEY,       told: /Could not parse/ },
    { why: 'two in one field',  certificate: CERTIFICATE + CERTIFICATE,    key: PRIVATE_KEY,       told: /more than one certificate/ },
    { why: 'no key',            certificate: CERTIFICATE,                  key: 'nonsense',        told: /private key is not supported/ },
    { why: 'another key',       certificate: CERTIFICATE,                  key: OTHER_PRIVATE_KEY, told: /do not match/ },
    { why: 'expired',           certificate: EXPIRED_CERTIFICATE,          key: PRIVATE_KEY,       told: /expired/ },
  ])('is refused: $why', async ({ certificate, key, told }) => {
    const refused = await refusal(imported(certificate, key));
    expect(refused).toMatch(/^ValidationException/);
    expect(refused).toMatch(told);
  });
});

describe('certificates', () => {
  test('are listed with RSA keys of up to 2,048 bits unless other keys are asked for', async () => {
    const { CertificateArn: elliptic } = await imported(CERTIFICATE, PRIVATE_KEY);
    const rsa = await aws.certificate('a.example.com');
    const list = async (input: object) =>
      ((await aws.call('ListCertificates', input)).CertificateSummaryList ?? []).map((found) => found.CertificateArn);
    expect(await list({})).toEqual([rsa]);
    expect(await list({ Includes: { keyTypes: ['EC_prime256v1'] } })).toEqual([elliptic]);
    expect(await list({ CertificateStatuses: ['PENDING_VALIDATION'] })).toEqual([]);
    const page = await aws.call('ListCertificates', {
      MaxItems: 1,
      Includes: { keyTypes: ['RSA_2048', 'EC_prime256v1'] },
    });
    expect(page.CertificateSummaryList).toMatchObject([
      { SubjectAlternativeNameSummaries: ['payments.internal', '*.payments.internal'] },
    ]);
    expect(page.NextToken).toBe(rsa);
  });

  test('in use by a domain stay', async () => {
    const certificateArn = await aws.certificate('payments.internal');
    const endpointConfiguration = { types: ['PRIVATE' as const] };
    await aws.ask(apiGateway, 'CreateDomainName', {
      domainName: 'payments.internal',
      certificateArn,
      endpointConfiguration,
    });
    const remove = (CertificateArn: string) => refusal(aws.call('DeleteCertificate', { CertificateArn }));
    expect(await remove(certificateArn)).toMatch(/^ResourceInUseException/);
    expect((await describeOne(certificateArn)).InUseBy).toHaveLength(1);
    const spare = await aws.certificate('payments.internal');
    expect(await remove(spare)).toBe('no error');
    expect(await remove(spare)).toMatch(/^ResourceNotFoundException/);
  });

  // biome-ignore format: a table is read down its columns
  test.for([
    { host: 'payments.internal',     covered: true,  why: 'its own name' },
    { host: 'PAYMENTS.internal',     covered: true,  why: 'whatever the case' },
    { host: 'a.payments.internal',   covered: true,  why: 'one label for the star' },
    { host: 'a.b.payments.internal', covered: false, why: 'and not two' },
    { host: 'internal',              covered: false, why: 'nor what is above it' },
  ])('cover $host: $covered, $why', async ({ host, covered }) => {
    const { CertificateArn } = await imported(CERTIFICATE, PRIVATE_KEY);
    const { certificates } = aws.state();
    expect(covers(known(certificates.get(known(CertificateArn))), host)).toBe(covered);
  });
});
