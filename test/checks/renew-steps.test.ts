import { describe, expect, test } from 'vitest';
import expired from '#server/checks/certificates/expired.ts';
import apiAnswers from '#server/checks/control-plane/api-answers.ts';
import type { Distribution } from '#server/checks/distribution.ts';
import { renewOwnSteps, renewSteps } from '#server/checks/renew-steps.ts';
import type { Step } from '#shared/finding.ts';
import { aCredential, aDoor } from '#test/builders/facts.ts';
import { judged, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, noon } from '#test/builders/time.ts';

const server = aNode({ name: 'kmaster', roles: ['control-plane'], kubeletVersion: 'v1.36.4+k3s1' });
const agent = aNode({ name: 'nuc0', roles: [], kubeletVersion: 'v1.36.4+k3s1' });
const credential = aCredential({ from: 'user "default" (/home/anna/.kube/config)' });
const door = { address: '192.168.1.10:6443', credential };
const commands = (steps: Step[]) => steps.map(({ say, command }) => command ?? say);
const restartStaticPods =
  'cd /etc/kubernetes && mkdir -p held && mv manifests/*.yaml held/ && sleep 30 && mv held/*.yaml manifests/';

describe('the first step is what mends it', () => {
  const copyAgain = (file: string) => `Copy ${file} again to wherever it is used: a copy keeps the old certificate`;

  test('on a server of k3s: the restart, the copies, and only then a look', () => {
    expect(commands(renewSteps('k3s', 'kubelet', server))).toEqual([
      'systemctl restart k3s',
      copyAgain('/etc/rancher/k3s/k3s.yaml'),
      'k3s certificate check --output table',
    ]);
    expect(commands(renewSteps('k3s', 'api', server))).toEqual([
      'systemctl restart k3s',
      'Is the old one still shown? Delete the Secret k3s-serving in kube-system, then restart again',
      copyAgain('/etc/rancher/k3s/k3s.yaml'),
      'k3s certificate check --output table',
    ]);
  });

  test('on an agent of k3s: by its own name, and nothing is copied', () => {
    expect(commands(renewSteps('k3s', 'kubelet', agent))).toEqual([
      'systemctl restart k3s-agent',
      'k3s certificate check --output table',
    ]);
  });

  test('of RKE2 likewise', () => {
    expect(commands(renewSteps('rke2', 'kubelet', server))[0]).toBe('systemctl restart rke2-server');
    expect(commands(renewSteps('rke2', 'kubelet', agent))).toEqual([
      'systemctl restart rke2-agent',
      'rke2 certificate check --output table',
    ]);
    expect(commands(renewSteps('rke2', 'api', null))).toContain(copyAgain('/etc/rancher/rke2/rke2.yaml'));
  });

  test('of kubeadm: all are renewed, what runs takes them up, admin.conf is copied, then a look', () => {
    expect(commands(renewSteps('kubeadm', 'api', server))).toEqual([
      'kubeadm certs renew all',
      restartStaticPods,
      copyAgain('/etc/kubernetes/admin.conf'),
      'kubeadm certs check-expiration',
    ]);
    expect(commands(renewSteps('kubeadm', 'kubelet', agent))[0]).toMatch(/systemctl restart kubelet$/);
  });

  test('of Talos: the clocks, for it renews by itself', () => {
    for (const what of ['api', 'kubelet'] as const)
      expect(commands(renewSteps('talos', what, server))[0]).toBe('talosctl -n 192.168.1.10 time');
    expect(commands(renewSteps('talos', 'api', null))[0]).toBe('talosctl time');
  });

  test('where it is not known: of k3s and of kubeadm', () => {
    expect(commands(renewSteps('unknown', 'api', null))).toEqual(['systemctl restart k3s', 'kubeadm certs renew all']);
    expect(commands(renewSteps('unknown', 'kubelet', agent))[0]).toBe('systemctl restart k3s-agent');
  });

  test('its sentence is short, so that it stands beside its command on 800x480', () => {
    const [k3s] = renewSteps('k3s', 'api', server);
    expect(k3s?.say).toBe('Restart k3s on kmaster to renew it; pods go on running');
    const [nowhere] = renewSteps('rke2', 'api', null);
    expect(nowhere?.say).toBe('Restart RKE2 on the server to renew it; pods go on running');
    const [kubeadm] = renewSteps('kubeadm', 'api', server);
    expect(kubeadm?.say).toBe('On kmaster: renew all certificates');
  });
});

describe("the wall's own certificate", () => {
  const scp = (file: string) => `scp root@192.168.1.10:${file} /home/anna/.kube/config`;
  const sed = 'sed -i s/127.0.0.1/192.168.1.10/ /home/anna/.kube/config';

  test.for<[Distribution, string[]]>([
    ['k3s', ['systemctl restart k3s', scp('/etc/rancher/k3s/k3s.yaml'), sed, 'k3s certificate check --output table']],
    [
      'rke2',
      [
        'systemctl restart rke2-server',
        scp('/etc/rancher/rke2/rke2.yaml'),
        sed,
        'rke2 certificate check --output table',
      ],
    ],
    ['talos', ['talosctl kubeconfig --force /home/anna/.kube/config', 'talosctl config info']],
    [
      'unknown',
      [
        'systemctl restart k3s',
        'kubeadm certs renew all',
        'A copy keeps the old certificate: copy the kubeconfig of the server to /home/anna/.kube/config again',
      ],
    ],
  ])('of %s is renewed, then its copy, then looked after', ([distribution, expected]) => {
    expect(commands(renewOwnSteps(distribution, door, server))).toEqual(expected);
  });

  test('of kubeadm is renewed, taken up and copied', () => {
    const mine = { ...credential, from: 'user "kubernetes-admin" (/home/anna/.kube/config)' };
    expect(commands(renewOwnSteps('kubeadm', { ...door, credential: mine }, server))).toEqual([
      'kubeadm certs renew all',
      restartStaticPods,
      scp('/etc/kubernetes/admin.conf'),
      'kubeadm certs check-expiration',
    ]);
  });

  const systems: [Distribution, string, string][] = [
    ['k3s', 'v1.36.4+k3s1', 'Debian'],
    ['rke2', 'v1.36.4+rke2r1', 'Debian'],
    ['kubeadm', 'v1.36.4', 'Debian'],
    ['talos', 'v1.36.4', 'Talos (v1.13.0)'],
    ['unknown', '', ''],
  ];

  test.for(systems)(
    'of %s has the same steps where it has ended and where the API refuses it',
    ([, version, osImage]) => {
      const ended = { ...credential, expiresAt: noon - hour };
      const refused = aDoor({
        outcome: 'unauthorized',
        status: 401,
        outcomeSince: noon - hour,
        credential: ended,
        version,
      });
      const nodes = [aNode({ name: 'kmaster', roles: ['control-plane'], kubeletVersion: version, osImage })];
      const snapshot = aSnapshot({ door: refused, nodes });
      const own = judged(expired, snapshot).find(({ subject }) => subject.kind === 'Credential');
      expect(own?.level).toBe('bad');
      expect(own?.steps?.length).toBeGreaterThan(1);
      expect(theVerdict(apiAnswers, snapshot).steps).toEqual(own?.steps);
    },
  );
});
