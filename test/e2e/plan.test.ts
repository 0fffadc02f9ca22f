import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Ground, startGround } from '../support/ground.js';
import { sallyport } from '../support/sallyport.js';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.stop());

const offline = { KUBECONFIG: undefined, HOME: '/nonexistent' };

it('plans for manifests without a cluster, says so by its exit code, and changes nothing', async () => {
  const before = ground.edge.count({ mutating: true });
  const asked = await sallyport(['plan', '-f', 'examples/quickstart', '--owner-id', 'owner'], offline);
  expect(asked.exitCode).toBe(2);
  expect(asked.stdout).toMatch(/\+ +tcp\/443 /);
  expect(asked.stdout).toMatch(/Plan: \d+ to add, /);
  expect(ground.edge.count({ mutating: true })).toBe(before);
});

it('needs to know whose marks are ours where no cluster tells', async () => {
  const asked = await sallyport(['plan', '-f', 'examples/quickstart'], offline);
  expect(asked.exitCode).toBe(1);
  expect(asked.stderr).toContain('--owner-id');
});
