import { expect, it } from 'vitest';
import { splitBootScript } from './boot-script.ts';

const html = `<body><div><script>
  {
    __kit = { base: "", version: "1" };
    import("/_app/immutable/entry/start.js").then((kit) => kit.start());
  }
</script></div></body>`;

it('leaves no inline script, and finds everything from where the file itself lies', () => {
  const split = splitBootScript(html, () => 'boot.abc.js');
  expect(split.html).toBe('<body><div><script src="/_app/immutable/boot.abc.js"></script></div></body>');
  expect(split.text).toContain('import("./entry/start.js")');
  expect(split.text).toContain('document.currentScript.src');
  expect(split.text).not.toContain('base: ""');
});

it('says so when Kit begins otherwise', () => {
  expect(() => splitBootScript('<body></body>', () => 'x')).toThrow(/has changed/);
});
