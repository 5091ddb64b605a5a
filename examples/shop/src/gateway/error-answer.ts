import { HttpResponseError } from '@throughline/sdk';
import { ShopError } from '../shop-error.ts';

interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** What the page is told: a service's own coded answer as it is, everything else in general words. */
export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof HttpResponseError) return passedOn(error);
  if (error instanceof ShopError) return answer(error.status, error.code, error.message);
  // Express's own body parser says which mistake was made.
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 502;
  if (status < 500 && error instanceof Error) return answer(status, 'invalid_request', error.message);
  console.error(`a service does not answer: ${String(error)}`);
  return answer(502, 'service_unavailable', 'A part of the shop does not answer');
}

function passedOn({ status, bodyText }: HttpResponseError): ErrorAnswer {
  try {
    const parsed: unknown = JSON.parse(bodyText);
    const { code, message } = (parsed as ErrorAnswer['body']).error;
    return answer(status, code, message);
  } catch {
    return answer(502, 'service_failed', `A part of the shop answered with ${status}`);
  }
}

function answer(status: number, code: string, message: string): ErrorAnswer {
  return { status, body: { error: { code, message } } };
}
