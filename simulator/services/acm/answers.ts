import type { CertificateDetail, CertificateSummary, KeyUsageName } from '@aws-sdk/client-acm';
import type { Call } from '../../service.ts';
import { apiGatewayHome } from '../api-gateway/state.ts';
import { type AcmState, type Certificate, statusOf } from './state.ts';

const KEY_USAGES = ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'] as const satisfies KeyUsageName[];

/** Who holds on to a certificate: the custom domains of API Gateway in its Region. */
export const usersOf = (arn: string, { world, place }: Call<AcmState>): string[] =>
  [...world.state(apiGatewayHome, place).domainNames.values()]
    .filter(({ certificateArn }) => certificateArn === arn)
    .map((domain) => domain.arn);

/** What a summary and a description tell alike. */
function common(certificate: Certificate, { nowMs }: Call<AcmState>) {
  const { arn, domainName, type, keyAlgorithm, issuedAtMs } = certificate;
  const Status = statusOf(certificate, nowMs);
  const issuedAt = new Date(issuedAtMs);
  return {
    CertificateArn: arn,
    DomainName: domainName,
    Status,
    Type: type,
    KeyAlgorithm: keyAlgorithm,
    RenewalEligibility: 'INELIGIBLE' as const,
    CreatedAt: new Date(certificate.createdAtMs),
    ...(Status !== 'PENDING_VALIDATION' && {
      NotBefore: new Date(certificate.notBeforeMs),
      NotAfter: new Date(certificate.notAfterMs),
      ...(type === 'IMPORTED' ? { ImportedAt: issuedAt } : { IssuedAt: issuedAt }),
    }),
  };
}

export const summary = (certificate: Certificate, call: Call<AcmState>): CertificateSummary => ({
  ...common(certificate, call),
  SubjectAlternativeNameSummaries: [...certificate.names],
  HasAdditionalSubjectAlternativeNames: false,
  KeyUsages: [...KEY_USAGES],
  ExtendedKeyUsages: ['TLS_WEB_SERVER_AUTHENTICATION'],
  InUse: usersOf(certificate.arn, call).length > 0,
});

export function detail(certificate: Certificate, call: Call<AcmState>): CertificateDetail {
  const told = common(certificate, call);
  const pending = told.Status === 'PENDING_VALIDATION';
  const token = `_${certificate.serial.replaceAll(':', '')}`;
  return {
    ...told,
    SubjectAlternativeNames: [...certificate.names],
    InUseBy: usersOf(certificate.arn, call),
    KeyUsages: KEY_USAGES.map((Name) => ({ Name })),
    ExtendedKeyUsages: [{ Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' }],
    Subject: `CN=${certificate.domainName}`,
    Issuer: certificate.issuer,
    SignatureAlgorithm: certificate.keyAlgorithm.startsWith('EC') ? 'SHA256WITHECDSA' : 'SHA256WITHRSA',
    ...(!pending && { Serial: certificate.serial }),
    ...(certificate.type === 'AMAZON_ISSUED' && {
      DomainValidationOptions: certificate.names.map((name) => ({
        DomainName: name,
        ValidationDomain: name,
        ValidationStatus: pending ? 'PENDING_VALIDATION' : 'SUCCESS',
        ValidationMethod: 'DNS',
        ResourceRecord: {
          Name: `${token}.${name.replace(/^\*\./, '')}.`,
          Type: 'CNAME',
          Value: `${token}.acm-validations.aws.`,
        },
      })),
    }),
  };
}
