import type { Client as ClientType, errors as errorsType } from 'undici';
// Undici's front door would bring along fetch, web sockets and much else: 8 MB of memory in the bundle (measured).
// @ts-expect-error -- undici has types for its front door only
import untypedClient from 'undici/lib/dispatcher/client.js';
// @ts-expect-error -- as above
import untypedErrors from 'undici/lib/core/errors.js';

/** Undici's client: HTTP over one connection. */
export const Client = untypedClient as typeof ClientType;

/** The errors by which it tells what went wrong. */
export const errors = untypedErrors as typeof errorsType;
