/** What the shop sells. Orders keeps the prices in its database, inventory how many there are. */
export const ARTICLES: readonly { readonly name: string; readonly priceCents: number }[] = [
  { name: 'tea', priceCents: 490 },
  { name: 'teapot', priceCents: 2_450 },
  { name: 'cup', priceCents: 690 },
  { name: 'strainer', priceCents: 550 },
  { name: 'honey', priceCents: 820 },
  { name: 'biscuits', priceCents: 340 },
  { name: 'tray', priceCents: 1_790 },
  { name: 'kettle', priceCents: 3_990 },
];

export interface OrderLine {
  readonly article: string;
  readonly count: number;
}

/** What the gateway asks of orders. */
export interface OrderRequest {
  readonly customer: string;
  readonly lines: readonly OrderLine[];
}
