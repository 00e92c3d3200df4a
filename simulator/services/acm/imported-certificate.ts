import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyAlgorithm } from '@aws-sdk/client-acm';
import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import type { Certificate } from './state.ts';

const refuse = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

function parsed(pem: string): X509Certificate {
  if (pem.split('-----BEGIN CERTIFICATE-----').length > 2)
    refuse(
      'The certificate field contains more than one certificate. You can specify only one certificate in this field.',
    );
  try {
    return new X509Certificate(pem);
  } catch {
    return refuse('Could not parse the certificate. It must be PEM-encoded X.509.');
  }
}

/** ACM's name for a key; refuses those it does not take. */
function keyAlgorithmOf({ publicKey }: X509Certificate): KeyAlgorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
  const bits = asymmetricKeyDetails?.modulusLength;
  if (asymmetricKeyType === 'rsa') {
    if (bits === 1024) return 'RSA_1024';
    if (bits === 2048) return 'RSA_2048';
    if (bits === 3072) return 'RSA_3072';
    if (bits === 4096) return 'RSA_4096';
  }
  const curve = asymmetricKeyDetails?.namedCurve;
  if (asymmetricKeyType === 'ec') {
    if (curve === 'prime256v1') return 'EC_prime256v1';
    if (curve === 'secp384r1') return 'EC_secp384r1';
    if (curve === 'secp521r1') return 'EC_secp521r1';
  }
  return refuse('The private key is not supported.');
}

function requireItsKey(certificate: X509Certificate, keyPem: string): void {
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return refuse('The private key is not supported.');
  }
  if (!fits) refuse('The certificate and the private key do not match.');
}

/** Subject alternative names that are host names; the common name only where there is none. */
function namesOf({ subject, subjectAltName }: X509Certificate): { domainName: string; names: string[] } {
  const common = /^CN=(.+)$/m.exec(subject)?.[1]?.toLowerCase();
  const alternative = (subjectAltName ?? '')
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length).toLowerCase());
  const names = alternative.length > 0 ? alternative : common === undefined ? [] : [common];
  return { domainName: common ?? names[0] ?? '', names };
}

/** What ImportCertificate learns from the PEM it is given; refuses what ACM would. */
export function readImported(
  { certificate, privateKey, chain }: Record<'certificate' | 'privateKey' | 'chain', Uint8Array | undefined>,
  nowMs: WorldMs,
): Omit<Certificate, 'arn' | 'createdAtMs' | 'tags'> {
  const body = text(certificate);
  const x509 = parsed(body);
  requireItsKey(x509, text(privateKey));
  const notBeforeMs = x509.validFromDate.getTime();
  const notAfterMs = x509.validToDate.getTime();
  if (nowMs < notBeforeMs) refuse('The certificate is not valid until a future date.');
  if (nowMs >= notAfterMs) refuse('The certificate has expired.');
  return {
    type: 'IMPORTED',
    ...namesOf(x509),
    issuedAtMs: nowMs,
    idempotencyToken: undefined,
    notBeforeMs,
    notAfterMs,
    keyAlgorithm: keyAlgorithmOf(x509),
    serial: (x509.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    issuer: /^O=(.+)$/m.exec(x509.issuer)?.[1] ?? /^CN=(.+)$/m.exec(x509.issuer)?.[1] ?? '',
    body,
    chain: chain === undefined ? undefined : text(chain),
  };
}
