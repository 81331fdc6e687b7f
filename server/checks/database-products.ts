import { imageReference } from './image-reference.ts';

/** Software that keeps data. A `cache` is often meant to lose them. */
export interface DatabaseProduct {
  is: 'database' | 'cache' | 'objects';
  /** Where its image keeps them, each way that is usual; empty where that is always said on its command line. */
  paths: readonly string[];
}

const products: readonly [RegExp, DatabaseProduct][] = [
  [
    /(?:^|\/)(?:postgres|postgresql|pgvector|postgis|timescaledb(?:-ha)?|harbor-db|spilo-\d+)$/,
    { is: 'database', paths: ['/var/lib/postgresql', '/bitnami/postgresql', '/home/postgres'] },
  ],
  [/(?:^|\/)(?:mysql|percona-server)$/, { is: 'database', paths: ['/var/lib/mysql', '/bitnami/mysql'] }],
  [/(?:^|\/)mariadb(?:-galera)?$/, { is: 'database', paths: ['/var/lib/mysql', '/bitnami/mariadb', '/config'] }],
  [/(?:^|\/)mongo(?:db)?$/, { is: 'database', paths: ['/data/db', '/bitnami/mongodb'] }],
  [/(?:^|\/)influxdb$/, { is: 'database', paths: ['/var/lib/influxdb', '/var/lib/influxdb2', '/bitnami/influxdb'] }],
  [/(?:^|\/)(?:victoria-metrics|vmstorage)$/, { is: 'database', paths: [] }],
  [
    /(?:^|\/)(?:redis|valkey|keydb|dragonfly|redis-photon|valkey-photon)$/,
    { is: 'cache', paths: ['/data', '/bitnami/redis', '/bitnami/valkey', '/var/lib/redis'] },
  ],
  [/(?:^|\/)memcached$/, { is: 'cache', paths: [] }],
  [/(?:^|\/)(?:minio|garage|seaweedfs)$/, { is: 'objects', paths: ['/data', '/bitnami/minio'] }],
];

/** Which database an image is, null if it is none that is known. */
export function databaseProduct(image: string): DatabaseProduct | null {
  const repository = imageReference(image).repository.toLowerCase();
  return products.find(([pattern]) => pattern.test(repository))?.[1] ?? null;
}
