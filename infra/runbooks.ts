import type { Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { IDependable } from 'constructs';
import { runbooks } from '../runbooks/index.ts';
import { logicalName } from './functions.ts';
import type { InfraSettings } from './settings.ts';

/**
 * Every runbook, where operators look for one. A changed one is a new version under the same name.
 *
 * Source  docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html (UpdateMethod: without
 *         it a change would replace the document, which a name of its own forbids)
 */
export function runbooksOf(stack: Stack, settings: InfraSettings, approvals: IDependable): void {
  for (const { name, document } of runbooks(settings))
    new CfnDocument(stack, `${logicalName(name.replace(/^Landbridge-/, ''))}Runbook`, {
      name,
      documentType: 'Automation',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: document,
    }).node.addDependency(approvals);
}
