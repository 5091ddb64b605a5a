/** An order that was taken and is to be paid. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly customer: string;
  readonly totalCents: number;
}

/** How its payment went. */
export interface SettledPayment extends PlacedOrder {
  readonly status: 'paid' | 'declined';
}

/** What the messages of each topic say. */
export interface MessageBodies {
  readonly 'orders.placed': PlacedOrder;
  readonly 'payments.settled': SettledPayment;
}
