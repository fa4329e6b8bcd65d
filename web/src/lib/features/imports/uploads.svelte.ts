// Uploads under way, kept here so that one may look elsewhere in the page meanwhile.
import { SvelteMap } from 'svelte/reactivity';
import { explainThrown } from '#lib/ui/problems.ts';
import { previewImport, putChunk } from './api.ts';
import { Upload, type UploadProgress } from './upload.ts';

export class RunningUpload {
  progress = $state<UploadProgress>();
  /** Why it stopped; empty while it goes on. */
  stopped = $state('');
  readonly #id: string;
  readonly #upload: Upload;
  readonly #abort = new AbortController();

  constructor(id: string, files: readonly File[], received?: readonly number[]) {
    this.#id = id;
    this.#upload = new Upload({
      files,
      received,
      put: putChunk(id, this.#abort.signal),
      onprogress: (progress) => (this.progress = progress),
      signal: this.#abort.signal,
    });
  }

  async go() {
    this.stopped = '';
    try {
      await this.#upload.run();
      await previewImport(this.#id);
      uploads.delete(this.#id);
    } catch (thrown) {
      if (!this.#abort.signal.aborted) this.stopped = explainThrown(thrown);
    }
  }
  cancel() {
    this.#abort.abort();
    uploads.delete(this.#id);
  }
}

export const uploads = new SvelteMap<string, RunningUpload>();

export function startUpload(id: string, files: readonly File[], received?: readonly number[]) {
  const upload = new RunningUpload(id, files, received);
  uploads.set(id, upload);
  void upload.go();
}
