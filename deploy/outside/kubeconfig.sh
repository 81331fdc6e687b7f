#!/bin/sh
# Prints a kubeconfig for a wall outside the cluster: server and authority of kubectl's current context, the token of
# token.yaml. All arguments go to kubectl (--context, --kubeconfig).
set -eu

cluster() { kubectl "$@" config view --raw --minify --flatten -o 'jsonpath={.clusters[0].cluster.server}'; }
secret() {
  field=$1
  shift
  kubectl "$@" -n clusterwall get secret clusterwall-outside -o "jsonpath={.data.$field}"
}

server=$(cluster "$@")
authority=$(secret 'ca\.crt' "$@")
token=$(secret token "$@" | base64 -d)
if [ -z "$server" ] || [ -z "$token" ]; then
  echo 'no server in the current context, or no token yet: apply deploy/outside/token.yaml and try again' >&2
  exit 1
fi

cat <<END
apiVersion: v1
kind: Config
current-context: clusterwall
clusters:
  - name: clusterwall
    cluster:
      server: $server
      certificate-authority-data: $authority
contexts:
  - name: clusterwall
    context: { cluster: clusterwall, user: clusterwall }
users:
  - name: clusterwall
    user:
      token: $token
END
