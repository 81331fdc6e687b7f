import type { Step } from '#shared/finding.ts';
import type { Distribution } from './distribution.ts';

/** On the server node: does the control plane run? */
export function serverStatus(distribution: Distribution): Step[] {
  switch (distribution) {
    case 'k3s':
      return [{ say: 'On the server node: does k3s run?', command: 'systemctl status k3s' }];
    case 'rke2':
      return [{ say: 'On the server node: does RKE2 run?', command: 'systemctl status rke2-server' }];
    case 'talos':
      return [{ say: 'Does the control plane run?', command: 'talosctl services' }];
    case 'kubeadm':
      return [
        { say: 'On the server node: does the kubelet run?', command: 'systemctl status kubelet' },
        { say: 'Does the API server run?', command: 'crictl ps -a --name kube-apiserver' },
      ];
    case 'unknown':
      return [
        {
          say: 'On the server node: does the control plane run? With k3s',
          command: 'systemctl status k3s',
        },
        { say: 'With kubeadm', command: 'crictl ps -a --name kube-apiserver' },
      ];
  }
}

/** On the server node: what did the control plane say last, and is its disk full? */
export function serverLog(distribution: Distribution): Step[] {
  const disk = { say: 'Is its disk full?', command: 'df -h' };
  switch (distribution) {
    case 'k3s':
      return [{ say: 'What did it say last?', command: 'journalctl -u k3s -n 100 --no-pager' }, disk];
    case 'rke2':
      return [{ say: 'What did it say last?', command: 'journalctl -u rke2-server -n 100 --no-pager' }, disk];
    case 'talos':
      return [{ say: 'What did it say last?', command: 'talosctl dmesg | tail -n 100' }];
    case 'kubeadm':
    case 'unknown':
      return [{ say: 'What did the kubelet say last?', command: 'journalctl -u kubelet -n 100 --no-pager' }, disk];
  }
}
