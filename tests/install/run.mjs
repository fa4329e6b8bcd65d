// What `make install` puts on a machine, tried in a folder: manual pages, completions in the real shells, the unit, the
// configuration. scripts/try-package tries the package on a whole machine. The last line is "N passed, N failed".
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { binary } from '../api/program.mjs';

const folder = mkdtempSync(join(tmpdir(), 'buckstop-install-'));
const at = (path) => join(folder, path);
const install = (prefix) =>
  execFileSync('cmake', ['--install', dirname(binary), '--prefix', prefix], { env: { ...process.env, DESTDIR: folder }, stdio: 'pipe' });
const path = `${at('usr/bin')}:${process.env.PATH}`;
const shell = (...words) => {
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), {
    cwd: folder,
    env: { ...process.env, PATH: path, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, TERM: 'dumb' },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean).sort();
};

const tests = {
  'the program runs'() {
    const version = spawnSync(at('usr/bin/buckstop'), ['version'], { encoding: 'utf8' }).stdout;
    assert.match(version, /^buckstop \d+\.\d+\.\d+\n$/);
  },

  'the configuration is taken as it is'() {
    const words = ['status', '--config', at('etc/buckstop/buckstop.toml'), '--database', `sqlite:${at('none.db')}`];
    assert.match(spawnSync(at('usr/bin/buckstop'), words, { encoding: 'utf8' }).stderr, /There is no database at .*none\.db/);
    assert.match(readFileSync(at('etc/buckstop/buckstop.toml'), 'utf8'), /^database = 'sqlite:\/var\/lib\/buckstop\/buckstop\.db'$/m);
  },

  'a configuration that is there is left as it is'() {
    appendFileSync(at('etc/buckstop/buckstop.toml'), '# mine\n');
    install('/usr');
    assert.match(readFileSync(at('etc/buckstop/buckstop.toml'), 'utf8'), /# mine\n$/);
  },

  'the unit starts the program of its prefix'() {
    install('/opt/buckstop');
    assert.match(readFileSync(at('usr/lib/systemd/system/buckstop.service'), 'utf8'), /^ExecStart=\/usr\/bin\/buckstop serve$/m);
    assert.match(readFileSync(at('opt/buckstop/lib/systemd/system/buckstop.service'), 'utf8'), /^ExecStart=\/opt\/buckstop\/bin\/buckstop serve$/m);
    assert.ok(existsSync(at('opt/buckstop/bin/buckstop')));
  },

  'every subcommand of --help has a manual page, which man reads without a warning'() {
    const help = spawnSync(binary, ['--help'], { encoding: 'utf8' }).stdout;
    const subcommands = [.../Subcommands:\n((?: .*\n)+)/.exec(help)[1].matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
    assert.ok(subcommands.includes('import'));
    const pages = readdirSync(at('usr/share/man/man1')).sort();
    assert.deepEqual(pages, ['buckstop.1', ...subcommands.map((name) => `buckstop-${name}.1`)].sort());
    for (const page of pages) {
      const words = ['--warnings', '--encoding=utf8', '--local-file', at(`usr/share/man/man1/${page}`)];
      const { stdout, stderr } = spawnSync('man', words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat' } });
      assert.equal(stderr, '', page);
      assert.match(stdout, /NAME[^]*SYNOPSIS[^]*OPTIONS[^]*SEE ALSO/, page);
    }
  },

  'bash completes'() {
    const complete = (...words) =>
      shell(
        'bash',
        '--norc',
        '-c',
        `source "$0"; compopt() { echo "compopt $*"; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _buckstop; printf '%s\\n' "\${COMPREPLY[@]}"`,
        at('usr/share/bash-completion/completions/buckstop'),
        'buckstop',
        ...words,
      );
    assert.deepEqual(complete('im'), ['import', 'imports']);
    assert.deepEqual(complete('user', 're'), ['reset-password']);
    assert.deepEqual(complete('import', '--pre'), ['--preview']);
    assert.deepEqual(complete('import', ''), ['compopt -o default']);
  },

  // What zsh would show is told to _describe and _files.
  'zsh completes'() {
    const complete = (...words) =>
      shell(
        'zsh',
        '-f',
        '-c',
        `_describe() { print -l -- "\${(@P)2}" }; _files() { print files }
         script=$1; shift; words=(buckstop "$@"); CURRENT=$#words; PREFIX=$words[-1]; complete_it() { source $script }; complete_it`,
        'zsh',
        at('usr/share/zsh/vendor-completions/_buckstop'),
        ...words,
      );
    assert.match(complete('im').join(), /^import:Take in CRM exports/);
    assert.match(complete('user', 're').join(), /^reset-password:Print a link/);
    assert.match(complete('import', '--pre').join(), /^--preview:/);
    assert.deepEqual(complete('import', ''), ['files']);
  },

  'fish completes'() {
    const complete = (line) =>
      shell('fish', '--no-config', '-c', `source ${at('usr/share/fish/vendor_completions.d/buckstop.fish')}; complete -C '${line}'`);
    assert.match(complete('buckstop im').join(), /^import\tTake in CRM exports/);
    assert.match(complete('buckstop user re').join(), /^reset-password\tPrint a link/);
    assert.match(complete('buckstop import --pre').join(), /^--preview\t/);
    assert.deepEqual(complete('buckstop import etc/b'), ['etc/buckstop/']);
  },
};

let passed = 0;
let failed = 0;
try {
  install('/usr');
  for (const [title, test] of Object.entries(tests))
    try {
      test();
      passed += 1;
      console.log(`ok      ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${title}\n${error.stack}`);
    }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
