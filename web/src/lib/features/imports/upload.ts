// Sends files in pieces, in order, with progress; a piece that fails is tried again, and an upload that stopped
// goes on where it was.
import { Problem } from '#lib/api/problem.ts';

export const chunkBytes = 4 * 1024 * 1024;

export interface UploadProgress {
  file: string;
  done: number;
  all: number;
}
export interface UploadOptions {
  files: readonly File[];
  /** Sends one piece and says how much of the file has arrived. */
  put: (position: number, offset: number, piece: Blob) => Promise<{ received: number }>;
  onprogress: (progress: UploadProgress) => void;
  /** What had arrived of each file before, where an upload goes on. */
  received?: readonly number[];
  signal?: AbortSignal;
  wait?: (ms: number) => Promise<void>;
}

const pauses = [1_000, 3_000, 8_000];
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Upload {
  readonly #options: UploadOptions;
  /** What has arrived, by file. */
  readonly #received: number[];

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#received = options.files.map((_, position) => options.received?.[position] ?? 0);
  }

  /** Until everything has arrived. Throws the last Problem where a piece fails for good; call it again to go on. */
  async run() {
    for (const [position, file] of this.#options.files.entries()) {
      let received = this.#received[position] ?? 0;
      if (received > 0 && received === file.size) continue;
      do {
        this.#tell(file.name);
        const piece = file.slice(received, received + chunkBytes);
        received = await this.#send(position, received, piece);
        this.#received[position] = received;
      } while (received < file.size);
      this.#tell(file.name);
    }
  }

  async #send(position: number, offset: number, piece: Blob) {
    const { put, signal, wait = sleep } = this.#options;
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      try {
        return (await put(position, offset, piece)).received;
      } catch (thrown) {
        const problem = Problem.of(thrown);
        const pause = pauses[attempt];
        if (!problem.passing || pause === undefined) throw problem;
        await wait(problem.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : pause);
      }
    }
  }

  #tell(file: string) {
    const { files, onprogress } = this.#options;
    const done = this.#received.reduce((sum, received) => sum + received, 0);
    onprogress({ file, done, all: files.reduce((sum, each) => sum + each.size, 0) });
  }
}
