import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { invalidValue } from './naming.ts';
import type { FunctionCode } from './state.ts';

/** Source: Lambda quotas, deployment package: 50 MB zipped for direct upload, 250 MB unzipped. */
const MAX_ZIPPED_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 262_144_000;

interface CodeRequest {
  readonly ZipFile?: Uint8Array | undefined;
}

const elsewhere = ['S3Bucket', 'S3Key', 'S3ObjectVersion', 'ImageUri', 'SourceKMSKeyArn'] as const;

/** A deployment package from the bytes of its zip. Code that lies in S3 or in an image is refused, by name. */
export function packageOf(request: CodeRequest): FunctionCode {
  for (const source of elsewhere)
    if (source in request && Reflect.get(request, source) !== undefined)
      throw invalidValue(`${source} is not simulated: upload the code as ZipFile`);
  const { ZipFile: zip } = request;
  if (zip === undefined || zip.byteLength === 0) throw invalidValue('Uploaded file must be a non-empty zip');
  if (zip.byteLength > MAX_ZIPPED_BYTES)
    throw invalidValue(`Zipped size must be smaller than ${MAX_ZIPPED_BYTES} bytes`);
  const files = filesOf(zip);
  const unzippedBytes = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
  if (unzippedBytes > MAX_UNZIPPED_BYTES)
    throw invalidValue(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  return { sizeBytes: zip.byteLength, sha256: createHash('sha256').update(zip).digest('base64'), files };
}

function filesOf(zip: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith('/')));
  } catch {
    throw invalidValue('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
}
