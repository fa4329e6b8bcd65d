import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const count = (...tests) => {
  const log = tests.map((output, index) => `${index + 1}/9 Testing: t${index}\nOutput:\n${output}\n"t${index}" end time\n`);
  return execFileSync(join(import.meta.dirname, 'count-tests'), { input: log.join(''), encoding: 'utf8' }).trim();
};

test('each runner says its number in its own way', () => {
  assert.equal(count('[  PASSED  ] 12 tests.\nTest Passed.'), '12 passed, 0 failed');
  assert.equal(count('[  PASSED  ] 1 test.\n[  FAILED  ] 2 tests, listed below:\n[  FAILED  ] A.b\nTest Failed.'), '1 passed, 2 failed');
  assert.equal(count('# pass 4\n# fail 1\nTest Failed.'), '4 passed, 1 failed');
  assert.equal(count('\x1b[2m      Tests \x1b[22m 1 failed | 12 passed (13)\nTest Failed.'), '12 passed, 1 failed');
  assert.equal(count('  2 failed\n    [chromium] > a\n  12 passed (3.2s)\nTest Failed.'), '12 passed, 2 failed');
  assert.equal(count('  7 passed (3.2s)\n\n7 passed, 0 failed\nTest Passed.', 'Test Passed.'), '8 passed, 0 failed');
  assert.equal(count('7 passed, 0 failed\nTest Passed.'), '7 passed, 0 failed');
});

test('what says no number counts as one', () => {
  assert.equal(count('clean\nTest Passed.', 'Test Failed.', 'Test Timeout.'), '1 passed, 2 failed');
});

test('a program that dies after its tests passed has failed', () => {
  assert.equal(count('[  PASSED  ] 12 tests.\nTest Failed.'), '12 passed, 1 failed');
});

test('nothing run is nothing passed', () => assert.equal(count(), '0 passed, 0 failed'));
