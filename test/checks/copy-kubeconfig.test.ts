import { describe, expect, test } from 'vitest';
import { copyKubeconfigSteps, kubeconfigIn } from '#server/checks/copy-kubeconfig.ts';
import type { Distribution } from '#server/checks/distribution.ts';
import type { CredentialFact } from '#server/facts/api-door.ts';
import { aCredential } from '#test/builders/facts.ts';

const steps = (distribution: Distribution, credential: Partial<CredentialFact> = {}, address = '192.168.1.10:6443') =>
  copyKubeconfigSteps('It is old', address, aCredential({ from: mine, ...credential }), distribution);
const commands = (...parameters: Parameters<typeof steps>) =>
  steps(...parameters).flatMap(({ command }) => command ?? []);

const mine = 'user "default" (/home/anna/.kube/config)';

describe('the kubeconfig of the server in the place of ours', () => {
  test('is copied where the whole file can be, and told where the server is', () => {
    expect(commands('k3s')).toEqual([
      'scp root@192.168.1.10:/etc/rancher/k3s/k3s.yaml /home/anna/.kube/config',
      'sed -i s/127.0.0.1/192.168.1.10/ /home/anna/.kube/config',
    ]);
    const admin = 'user "kubernetes-admin" (/home/anna/.kube/config)';
    expect(commands('kubeadm', { from: admin })).toEqual([
      'scp root@192.168.1.10:/etc/kubernetes/admin.conf /home/anna/.kube/config',
    ]);
    expect(commands('talos')).toEqual(['talosctl kubeconfig --force /home/anna/.kube/config']);
    expect(commands('rke2', {}, '[fd00::10]:6443')).toEqual([
      "scp 'root@[fd00::10]:/etc/rancher/rke2/rke2.yaml' /home/anna/.kube/config",
    ]);
  });

  test('is never copied over a file with names of the owner: only its certificates go there', () => {
    const [step, ...more] = steps('k3s', { from: 'user "anna" (/home/anna/.kube/config)' });
    expect(more).toEqual([]);
    expect(step).not.toHaveProperty('command');
    expect(step?.say).toMatch(
      /^It is old: put the three "…-data" of \/etc\/rancher\/k3s\/k3s.yaml into \/home\/anna\/.kube\/config$/,
    );
    expect(commands('k3s', { from: '/etc/wall/client.crt' })).toEqual([]);
  });

  test('is told as an answer where a question stands before it', () => {
    const asked = copyKubeconfigSteps('Was it set up anew?', '10.0.0.1:6443', aCredential({ from: mine }), 'unknown');
    expect(asked[0]?.say).toBe(
      'Was it set up anew? Then copy the kubeconfig of the server to /home/anna/.kube/config again',
    );
  });

  test('is told in words where the distribution is not known; a pod is restarted instead', () => {
    expect(steps('unknown')).toEqual([
      { say: 'It is old: copy the kubeconfig of the server to /home/anna/.kube/config again' },
    ]);
    expect(commands('k3s', { kind: 'service-account' })).toEqual(['kubectl get pods -A']);
  });

  test('is quoted where names are hostile', () => {
    expect(commands('k3s', { from: 'user "default" (/tmp/a b;reboot)' }, '$(reboot):6443')).toEqual([
      "scp 'root@$(reboot):/etc/rancher/k3s/k3s.yaml' '/tmp/a b;reboot'",
    ]);
  });
});

test.for([
  [mine, '/home/anna/.kube/config', 'default'],
  ['user "a" (b)" (/x)', '/x', 'a" (b)'],
  ['/etc/wall/token', undefined, undefined],
  ['', undefined, undefined],
])('%s is taken apart', ([from, file, user]) => {
  expect(kubeconfigIn(from!) ?? {}).toEqual(file === undefined ? {} : { file, user });
});
