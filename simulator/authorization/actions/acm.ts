import type { ACM } from '@aws-sdk/client-acm';
import type { Call } from '../../service.ts';
import type { AcmState } from '../../services/acm/state.ts';
import type { Access } from '../access.ts';
import { type ActionTable, anywhere, requestTags, withTagging } from './action-table.ts';

type AcmCall = Call<AcmState>;

function certificate(call: AcmCall, action: string, arn = ''): Access {
  const found = call.state.certificates.get(arn);
  return { action: `acm:${action}`, resource: arn, tags: found?.tags, absent: found === undefined };
}

const ofCertificate =
  (action: string) =>
  ({ CertificateArn }: { CertificateArn?: string | undefined }, call: AcmCall): readonly Access[] => [
    certificate(call, action, CertificateArn),
  ];

/**
 * What ACM asks of IAM.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for AWS Certificate Manager"
 */
export const acmActions: ActionTable<ACM, AcmState> = {
  RequestCertificate: (input) =>
    withTagging(
      {
        action: 'acm:RequestCertificate',
        resource: '*',
        requestTags: requestTags(input.Tags),
        context: {
          'acm:domainnames': [input.DomainName ?? '', ...(input.SubjectAlternativeNames ?? [])],
          'acm:keyalgorithm': input.KeyAlgorithm,
          'acm:validationmethod': input.ValidationMethod,
        },
      },
      'acm:AddTagsToCertificate',
    ),
  ImportCertificate(input, call) {
    const { account, region } = call.place;
    const resource = input.CertificateArn ?? `arn:aws:acm:${region}:${account}:certificate/*`;
    const access = { action: 'acm:ImportCertificate', resource, requestTags: requestTags(input.Tags) };
    return withTagging(access, 'acm:AddTagsToCertificate');
  },
  ListCertificates: anywhere('acm:ListCertificates'),
  DescribeCertificate: ofCertificate('DescribeCertificate'),
  GetCertificate: ofCertificate('GetCertificate'),
  DeleteCertificate: ofCertificate('DeleteCertificate'),
  ListTagsForCertificate: ofCertificate('ListTagsForCertificate'),
  AddTagsToCertificate: (input, call) => [
    {
      ...certificate(call, 'AddTagsToCertificate', input.CertificateArn),
      requestTags: requestTags(input.Tags),
    },
  ],
  RemoveTagsFromCertificate: (input, call) => [
    {
      ...certificate(call, 'RemoveTagsFromCertificate', input.CertificateArn),
      requestTags: requestTags(input.Tags),
    },
  ],
};
