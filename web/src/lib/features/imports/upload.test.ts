import { describe, expect, it, vi } from 'vitest';
import { Problem } from '#lib/api/problem.ts';
import { chunkBytes, Upload, type UploadProgress } from './upload.ts';

const file = (name: string, bytes: number) => new File([new Uint8Array(bytes)], name);
const wait = () => Promise.resolve();
const takesAll = () =>
  vi.fn((_position: number, offset: number, piece: Blob) =>
    Promise.resolve({ received: offset + piece.size }),
  );

describe('Upload', () => {
  it('sends every file in order, in pieces of at most 4 MiB', async () => {
    const put = takesAll();
    const files = [file('a.csv', chunkBytes * 2 + 5), file('b.csv', 7)];
    await new Upload({ files, put, onprogress: () => {}, wait }).run();
    expect(put.mock.calls.map(([position, offset, piece]) => [position, offset, piece.size])).toEqual([
      [0, 0, chunkBytes],
      [0, chunkBytes, chunkBytes],
      [0, chunkBytes * 2, 5],
      [1, 0, 7],
    ]);
  });

  it('sends an empty file too, once', async () => {
    const put = takesAll();
    await new Upload({ files: [file('empty.csv', 0)], put, onprogress: () => {}, wait }).run();
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('goes on from what the server says it has', async () => {
    const put = takesAll();
    put.mockResolvedValueOnce({ received: 3 });
    await new Upload({ files: [file('a.csv', 10)], put, onprogress: () => {}, wait }).run();
    expect(put.mock.lastCall?.slice(0, 2)).toEqual([0, 3]);
  });

  it('tells how far it is, from nothing to everything', async () => {
    const told: UploadProgress[] = [];
    const files = [file('a.csv', 10), file('b.csv', 30)];
    await new Upload({ files, put: takesAll(), onprogress: (progress) => told.push(progress), wait }).run();
    expect(told.at(0)).toEqual({ file: 'a.csv', done: 0, all: 40 });
    expect(told.at(-1)).toEqual({ file: 'b.csv', done: 40, all: 40 });
  });

  it('tries a piece again when nothing arrived, and gives up in the end', async () => {
    const put = takesAll();
    put.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockRejectedValueOnce(new Problem(503));
    const upload = new Upload({ files: [file('a.csv', 10)], put, onprogress: () => {}, wait });
    await upload.run();
    expect(put).toHaveBeenCalledTimes(3);

    const never = vi.fn(() => Promise.reject(new Problem(0)));
    const stuck = new Upload({ files: [file('a.csv', 10)], put: never, onprogress: () => {}, wait });
    await expect(stuck.run()).rejects.toThrow(Problem);
    expect(never).toHaveBeenCalledTimes(4);
  });

  it('goes on where it stopped', async () => {
    const put = takesAll();
    const files = [file('a.csv', chunkBytes + 1)];
    put.mockResolvedValueOnce({ received: chunkBytes }).mockRejectedValueOnce(new Problem(422));
    const upload = new Upload({ files, put, onprogress: () => {}, wait });
    await expect(upload.run()).rejects.toThrow(Problem);
    await upload.run();
    expect(put.mock.calls.map(([, offset]) => offset)).toEqual([0, chunkBytes, chunkBytes]);
  });

  it('goes on with files that the server has in part', async () => {
    const put = takesAll();
    const files = [file('whole.csv', 10), file('half.csv', 10)];
    await new Upload({ files, put, onprogress: () => {}, received: [10, 4], wait }).run();
    expect(put.mock.calls.map(([position, offset, piece]) => [position, offset, piece.size])).toEqual([
      [1, 4, 6],
    ]);
  });

  it('stops when it is cancelled', async () => {
    const put = takesAll();
    const stop = new AbortController();
    stop.abort();
    const upload = new Upload({
      files: [file('a.csv', 10)],
      put,
      onprogress: () => {},
      signal: stop.signal,
      wait,
    });
    await expect(upload.run()).rejects.toThrow();
    expect(put).not.toHaveBeenCalled();
  });
});
