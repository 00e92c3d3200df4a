import type { ACM, Tag } from '@aws-sdk/client-acm';
import { AwsError } from '../../aws-error.ts';
import type { Call, Service } from '../../service.ts';
import { detail, summary, usersOf } from './answers.ts';
import { readImported } from './imported-certificate.ts';
import { type AcmState, acmHome, type Certificate, statusOf } from './state.ts';

/** Quota "ACM certificates". */
const MOST_CERTIFICATES = 2_500;
const MOST_PER_PAGE = 1_000;
const MOST_NAMES = 10;
/** A token means the same request for this long. */
const TOKEN_MS = 3_600_000;
const ISSUED_FOR_MS = 198 * 86_400_000;

/** Without `keyTypes` ACM lists certificates with these keys and no others. Source: API_Filters, "keyTypes". */
const DEFAULT_KEY_TYPES: ReadonlySet<string> = new Set(['RSA_1024', 'RSA_2048']);

function certificateNamed(state: AcmState, arn: string | undefined): Certificate {
  if (!/^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/.test(arn ?? ''))
    throw new AwsError('ValidationException', `The ARN ${arn} is not the ARN of a certificate.`);
  const certificate = state.certificates.get(arn ?? '');
  if (certificate === undefined) throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`);
  return certificate;
}

const newArn = ({ state, place }: Call<AcmState>): string =>
  `arn:aws:acm:${place.region}:${place.account}:certificate/${state.random.uuid()}`;

const tagMap = (tags: readonly Tag[] | undefined): Map<string, string> =>
  new Map((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

const requireRoom = ({ state }: Call<AcmState>): void => {
  if (state.certificates.size >= MOST_CERTIFICATES)
    throw new AwsError('LimitExceededException', `Cannot have more than ${MOST_CERTIFICATES} certificates.`);
};

/** ACM: certificates and the names they cover. */
export const acm: Service<ACM, AcmState> = {
  ...acmHome,
  eventSource: 'acm.amazonaws.com',
  operations: {
    ImportCertificate(input, call) {
      const { state, nowMs } = call;
      const read = readImported(
        { certificate: input.Certificate, privateKey: input.PrivateKey, chain: input.CertificateChain },
        nowMs,
      );
      const before = input.CertificateArn === undefined ? undefined : certificateNamed(state, input.CertificateArn);
      if (before?.type === 'AMAZON_ISSUED')
        throw new AwsError(
          'ValidationException',
          `Certificate ${before.arn} was not imported and cannot be re-imported.`,
        );
      if (before !== undefined && input.Tags !== undefined)
        throw new AwsError('ValidationException', 'You cannot apply tags when you re-import a certificate.');
      if (before === undefined) requireRoom(call);
      const certificate: Certificate = {
        ...read,
        arn: before?.arn ?? newArn(call),
        createdAtMs: before?.createdAtMs ?? nowMs,
        tags: before?.tags ?? tagMap(input.Tags),
      };
      state.certificates.set(certificate.arn, certificate);
      return { CertificateArn: certificate.arn };
    },

    /** Issued by itself after `certificateIssuedMs`: whoever asks is taken to have published the validation records. */
    RequestCertificate(input, call) {
      const { state, nowMs, world } = call;
      const domainName = (input.DomainName ?? '').toLowerCase();
      if (!/^(\*\.)?(((?!-)[a-z0-9-]{0,62}[a-z0-9])\.)+((?!-)[a-z0-9-]{1,62}[a-z0-9])$/.test(domainName))
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${input.DomainName}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(\\*\\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$`,
        );
      const names = [
        ...new Set([domainName, ...(input.SubjectAlternativeNames ?? []).map((name) => name.toLowerCase())]),
      ];
      if (names.length > MOST_NAMES)
        throw new AwsError(
          'LimitExceededException',
          `Cannot have more than ${MOST_NAMES} domain names on a certificate.`,
        );
      const token = input.IdempotencyToken;
      const before = state.certificates
        .values()
        .find((made) => token !== undefined && made.idempotencyToken === token && nowMs - made.createdAtMs < TOKEN_MS);
      if (before !== undefined && before.domainName === domainName) return { CertificateArn: before.arn };
      requireRoom(call);
      const issuedAtMs = nowMs + world.timings.certificateIssuedMs;
      const certificate: Certificate = {
        arn: newArn(call),
        type: 'AMAZON_ISSUED',
        domainName,
        names,
        createdAtMs: nowMs,
        issuedAtMs,
        idempotencyToken: token,
        notBeforeMs: issuedAtMs,
        notAfterMs: issuedAtMs + ISSUED_FOR_MS,
        keyAlgorithm: input.KeyAlgorithm ?? 'RSA_2048',
        serial: (state.random.hex(32).match(/../g) ?? []).join(':'),
        issuer: 'Amazon',
        body: undefined,
        chain: undefined,
        tags: tagMap(input.Tags),
      };
      state.certificates.set(certificate.arn, certificate);
      return { CertificateArn: certificate.arn };
    },

    DescribeCertificate: ({ CertificateArn }, call) => ({
      Certificate: detail(certificateNamed(call.state, CertificateArn), call),
    }),

    ListCertificates({ CertificateStatuses, Includes, NextToken, MaxItems }, call) {
      const { state, nowMs } = call;
      const keyTypes: ReadonlySet<string> =
        Includes?.keyTypes === undefined ? DEFAULT_KEY_TYPES : new Set(Includes.keyTypes);
      const statuses: ReadonlySet<string> | undefined = CertificateStatuses && new Set(CertificateStatuses);
      const all = [...state.certificates.values()].filter(
        (certificate) =>
          keyTypes.has(certificate.keyAlgorithm) && (statuses?.has(statusOf(certificate, nowMs)) ?? true),
      );
      const from = NextToken === undefined ? 0 : all.findIndex(({ arn }) => arn === NextToken);
      if (from < 0) throw new AwsError('ValidationException', 'The NextToken is not valid.');
      const most = MaxItems ?? MOST_PER_PAGE;
      if (most < 1 || most > MOST_PER_PAGE)
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${most}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and ${MOST_PER_PAGE}`,
        );
      const next = all[from + most];
      return {
        CertificateSummaryList: all.slice(from, from + most).map((certificate) => summary(certificate, call)),
        ...(next !== undefined && { NextToken: next.arn }),
      };
    },

    GetCertificate({ CertificateArn }, { state, nowMs }) {
      const certificate = certificateNamed(state, CertificateArn);
      if (statusOf(certificate, nowMs) === 'PENDING_VALIDATION')
        throw new AwsError('RequestInProgressException', `Certificate ${certificate.arn} is not issued yet.`);
      return {
        ...(certificate.body !== undefined && { Certificate: certificate.body }),
        ...(certificate.chain !== undefined && { CertificateChain: certificate.chain }),
      };
    },

    DeleteCertificate({ CertificateArn }, call) {
      const { arn } = certificateNamed(call.state, CertificateArn);
      if (usersOf(arn, call).length > 0) throw new AwsError('ResourceInUseException', `Certificate ${arn} is in use.`);
      call.state.certificates.delete(arn);
      return {};
    },

    AddTagsToCertificate({ CertificateArn, Tags }, { state }) {
      const { tags } = certificateNamed(state, CertificateArn);
      const added = tagMap(Tags);
      if (new Set([...tags.keys(), ...added.keys()]).size > 50)
        throw new AwsError('TooManyTagsException', 'A certificate may have at most 50 tags.');
      for (const [key, value] of added) tags.set(key, value);
      return {};
    },

    RemoveTagsFromCertificate({ CertificateArn, Tags }, { state }) {
      const { tags } = certificateNamed(state, CertificateArn);
      for (const { Key = '', Value } of Tags ?? [])
        if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
      return {};
    },

    ListTagsForCertificate: ({ CertificateArn }, { state }) => ({
      Tags: [...certificateNamed(state, CertificateArn).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  },
};
