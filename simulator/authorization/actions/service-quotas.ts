import type { ServiceQuotas } from '@aws-sdk/client-service-quotas';
import { type ActionTable, anywhereEach } from './action-table.ts';

/**
 * What Service Quotas asks of IAM.
 *
 * Source  Service Authorization Reference, "Actions, resources, and condition keys for Service Quotas"
 */
export const serviceQuotasActions: ActionTable<ServiceQuotas, unknown> = {
  ...anywhereEach('servicequotas', [
    'GetAWSDefaultServiceQuota',
    'ListAWSDefaultServiceQuotas',
    'ListServiceQuotas',
    'ListServices',
  ]),
  GetServiceQuota: ({ ServiceCode, QuotaCode }, { place }) => [
    {
      action: 'servicequotas:GetServiceQuota',
      resource: `arn:aws:servicequotas:${place.region}:${place.account}:${ServiceCode}/${QuotaCode}`,
      context: { 'servicequotas:service': ServiceCode },
    },
  ],
};
