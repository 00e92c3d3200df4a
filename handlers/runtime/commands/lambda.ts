import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { CommandsOf } from './commands.ts';

export const client = LambdaClient;

export const commands = {
  addPermission: AddPermissionCommand,
  createFunction: CreateFunctionCommand,
  createFunctionUrlConfig: CreateFunctionUrlConfigCommand,
  deleteFunction: DeleteFunctionCommand,
  deleteFunctionUrlConfig: DeleteFunctionUrlConfigCommand,
  getFunctionUrlConfig: GetFunctionUrlConfigCommand,
  getPolicy: GetPolicyCommand,
  invoke: InvokeCommand,
  listFunctions: ListFunctionsCommand,
  removePermission: RemovePermissionCommand,
  updateFunctionCode: UpdateFunctionCodeCommand,
  updateFunctionConfiguration: UpdateFunctionConfigurationCommand,
  updateFunctionUrlConfig: UpdateFunctionUrlConfigCommand,
} satisfies CommandsOf<'lambda'>;
