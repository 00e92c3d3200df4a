/** A request as it came over the socket, whole. */
export interface HttpRequest {
  readonly method: string;
  /** As sent: encoded, and without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What one of the SDK's serializers made, as bytes that are nothing else: its own kind turns to text where text is looked for. */
export const plainBody = (body: string | Uint8Array): string | Uint8Array =>
  typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
