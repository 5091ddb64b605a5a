import type { ServiceName } from './settings.ts';
import { ShopError } from './shop-error.ts';

/** What can be made to go wrong, and in which service. */
export const FAULTS = {
  'slow-bank': { service: 'bank', what: 'the bank takes 1.5 to 2.5 seconds for every charge' },
  'failing-inventory': { service: 'inventory', what: 'two of three reservations fail with 503' },
  'n-plus-one': { service: 'orders', what: 'prices are asked for article by article' },
} as const satisfies Readonly<Record<string, { readonly service: ServiceName; readonly what: string }>>;

export type FaultName = keyof typeof FAULTS;

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}

const switchedOn = new Set<FaultName>(faultsOfEnvironment(process.env['SHOP_FAULTS'] ?? ''));

function faultsOfEnvironment(list: string): readonly FaultName[] {
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').map(knownFault);
}

/** @throws ShopError `unknown_fault` with those there are */
export function knownFault(name: string): FaultName {
  if (isFaultName(name)) return name;
  throw new ShopError('unknown_fault', 404, `No fault is called ${name}; there are ${Object.keys(FAULTS).join(', ')}`);
}

/** Whether a fault of this process is on. */
export function isOn(fault: FaultName): boolean {
  return switchedOn.has(fault);
}

export function switchFault(fault: FaultName, on: boolean): void {
  if (on) switchedOn.add(fault);
  else switchedOn.delete(fault);
}
