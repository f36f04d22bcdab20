/** What went wrong with a call: RFC 9457 from the server, or `network` when no answer came at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail = '',
    readonly fields: { field: string; message: string }[] = [],
    readonly retry_after: number | null = null,
    readonly state: string | null = null,
    /** What it is like now, if somebody else changed it. */
    readonly present: unknown = null,
  ) {
    super(`${status} ${code} ${detail}`.trim());
    this.name = 'Problem';
  }

  /** No answer, or one that asks to retry: the same request may be sent later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: Record<string, unknown> = await response
    .clone()
    .json()
    .catch(() => ({}));
  const retry = Number(response.headers.get('Retry-After'));
  return new Problem(
    response.status,
    typeof body.code === 'string' ? body.code : fallbackCode(response.status),
    typeof body.detail === 'string' ? body.detail : '',
    Array.isArray(body.errors) ? body.errors : [],
    retry > 0 ? retry : null,
    typeof body.state === 'string' ? body.state : null,
    body.present ?? null,
  );
}

export function networkProblem(cause: unknown): Problem {
  return new Problem(0, 'network', cause instanceof Error ? cause.message : String(cause));
}

/** A proxy in between answers without our body; the status alone is still useful. */
function fallbackCode(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 429) return 'slow_down';
  return status >= 500 ? 'unavailable' : 'malformed';
}
