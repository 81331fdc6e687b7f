import { describe, expect, test } from 'vitest';
import { controllerNotFound } from '#server/probes/controller-not-found.ts';
import { anAnswer } from './answers.ts';

const ingressClass = (name: string) => ({ kind: 'IngressClass', name }) as const;
const notFound = (body: string, headers: Record<string, string>) => anAnswer({ status: 404, body, headers });

const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
const nginxPage = (by: string) =>
  `<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>${by}</center>\r\n</body>\r\n</html>\r\n`;
const ofTraefik = notFound('404 page not found\n', {
  ...{ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', date, 'content-length': '19' },
});
const ofNginx = notFound(nginxPage('nginx'), { 'content-type': 'text/html', date, 'content-length': '146' });
const ofHaproxy = notFound(
  '<html><body><h1>404 Not Found</h1>\nThe requested URL was not found.\n</body></html>\n',
  {},
);
const ofEnvoy = notFound('', { server: 'envoy', date, 'content-length': '0' });

describe("the controller's own 404", () => {
  test.each([
    ['traefik', ofTraefik, 'Traefik'],
    ['nginx', ofNginx, 'nginx'],
    ['nginx-internal', notFound('default backend - 404', { 'content-type': 'text/plain' }), 'nginx'],
    ['haproxy', ofHaproxy, 'HAProxy'],
    ['haproxy', notFound('default backend - 404', {}), 'HAProxy'],
    ['cilium', ofEnvoy, 'Envoy'],
    ['envoy', ofEnvoy, 'Envoy'],
  ])('of class %s is known', (name, answer, controller) => {
    expect(controllerNotFound(answer, ingressClass(name))).toBe(controller);
  });

  test('is known too where the class says nothing of its controller', () => {
    for (const through of [null, ingressClass(''), ingressClass('internal')]) {
      expect(controllerNotFound(ofTraefik, through)).toBe('Traefik');
      expect(controllerNotFound(ofNginx, through)).toBe('nginx');
    }
    expect(controllerNotFound(ofEnvoy, { kind: 'GatewayClass', name: 'eg' })).toBe('Envoy');
    expect(controllerNotFound(ofTraefik, { kind: 'Traefik', name: 'traefik' })).toBe('Traefik');
  });

  test('is none of another controller: then it is of an application that looks like it', () => {
    expect(controllerNotFound(ofTraefik, ingressClass('nginx'))).toBe('');
    expect(controllerNotFound(ofNginx, ingressClass('traefik'))).toBe('');
    expect(controllerNotFound(ofNginx, { kind: 'Traefik', name: 'traefik' })).toBe('');
  });
});

describe("an application's 404", () => {
  test.each([
    ['another status', { ...ofTraefik, status: 200 }],
    ['another text', notFound('404 page not found: no such repository\n', ofTraefik.headers)],
    ['a page of its own', notFound('<html><h1>404 page not found</h1></html>', { 'content-type': 'text/html' })],
    ['a cookie', { ...ofTraefik, headers: { ...ofTraefik.headers, 'set-cookie': 'a=b' } }],
    ['a server', { ...ofTraefik, headers: { ...ofTraefik.headers, server: 'Caddy' } }],
    ['JSON', notFound('404 page not found', { 'content-type': 'application/json' })],
  ])('behind Traefik is told by %s', (_, answer) => {
    expect(controllerNotFound(answer, ingressClass('traefik'))).toBe('');
  });

  test('behind others is told by a version, a page, a time of the one behind', () => {
    expect(controllerNotFound(notFound(nginxPage('nginx/1.25.3'), {}), ingressClass('nginx'))).toBe('');
    expect(controllerNotFound(notFound('no', { server: 'envoy' }), ingressClass('envoy'))).toBe('');
    const behind = { server: 'envoy', 'x-envoy-upstream-service-time': '3' };
    expect(controllerNotFound(notFound('', behind), ingressClass('envoy'))).toBe('');
    expect(controllerNotFound(notFound('', { 'content-length': '0' }), ingressClass('envoy'))).toBe('');
  });
});
