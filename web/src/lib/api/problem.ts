// What went wrong, as the server says it (RFC 9457) or as the network does.

export interface FieldProblem {
  field: string;
  rule: string;
  message: string;
}
interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: FieldProblem[];
}

export class Problem extends Error {
  constructor(
    /** 0: no answer came. */
    readonly status: number,
    readonly body: ProblemBody & Record<string, unknown> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(body.detail ?? body.title ?? '');
    this.name = 'Problem';
  }

  get offline() {
    return this.status === 0;
  }
  /** Worth asking again: nothing arrived, or the server is busy or restarting. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
  get fields(): FieldProblem[] {
    return this.body.errors ?? [];
  }

  /** What fetch throws without a network is a Problem too; anything else is a bug and goes on. */
  static of(thrown: unknown) {
    if (thrown instanceof Problem) return thrown;
    if (thrown instanceof TypeError) return new Problem(0);
    throw thrown;
  }
}
