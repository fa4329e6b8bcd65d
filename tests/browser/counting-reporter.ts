// The last line, as every test of this repository ends: "N passed, N failed".
import type { FullResult, Reporter, TestCase } from '@playwright/test/reporter';

export default class CountingReporter implements Reporter {
  #tests = new Map<string, TestCase>();

  onTestEnd(test: TestCase) {
    this.#tests.set(test.id, test);
  }
  onEnd(result: FullResult) {
    const all = [...this.#tests.values()].filter((test) => test.outcome() !== 'skipped');
    const passed = all.filter((test) => test.ok()).length;
    const failed = all.length - passed + (result.status !== 'passed' && passed === all.length ? 1 : 0);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
