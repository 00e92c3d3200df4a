/**
 * An error that AWS answers with. `code` is the one on the wire (`InvalidVpcID.NotFound`, `ConditionalCheckFailedException`).
 *
 * `status` is needed only where the service's model declares no shape for the code, as EC2 declares none: 400 there.
 * `fields` are further members of the error's shape (`CancellationReasons`, for one).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, extra: { status?: number; fields?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = extra.status;
    this.fields = extra.fields ?? {};
  }

  /** As an SDK tells it. */
  get $metadata(): { readonly httpStatusCode?: number } {
    return this.status === undefined ? {} : { httpStatusCode: this.status };
  }
}
