// A file that grew past what one can hold in mind is two files.
import { filesBelow } from './files.mjs';

const most = 450;

export function length(root) {
  const found = [];
  for (const folder of ['src', 'web/src'])
    for (const { path, text } of filesBelow(root, folder, /\.(cpp|hpp|h|ts|js|svelte|css|html)$/)) {
      const lines = text.split('\n').length - 1;
      const generated = /auto-?generated/i.test(text.slice(0, 200));
      if (lines > most && !generated)
        found.push({ path, line: lines, message: `${lines} lines; split it at ${most} or fewer` });
    }
  return found;
}
