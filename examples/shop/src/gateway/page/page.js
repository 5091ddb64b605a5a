// The page places orders and shows what becomes of them. It begins the trace of each order and sends its own span, too.
import { beginSpan } from './page-span.js';

const POLL_MS = 300;
const MAX_POLLS = 100;
const session = crypto.randomUUID();
const settings = await (await fetch('/settings')).json();

const form = document.querySelector('#order');
document.querySelector('#throughline').href = settings.throughlineUrl;

for (const [index, { name, priceCents }] of settings.articles.entries()) {
  const label = document.createElement('label');
  const price = Object.assign(document.createElement('span'), { className: 'price', textContent: money(priceCents) });
  const count = Object.assign(document.createElement('input'), { type: 'number', min: 0, max: 20, name });
  count.value = index < 3 ? 1 : 0;
  label.append(name, price, count);
  document.querySelector('#articles').append(label);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const lines = settings.articles
    .map(({ name }) => ({ article: name, count: form.elements[name].valueAsNumber || 0 }))
    .filter(({ count }) => count > 0);
  void placeOrder({ customer: form.elements.customer.value, session, lines });
});

async function placeOrder(order) {
  const span = beginSpan({ serviceName: 'shop-page', otlpUrl: settings.otlpUrl });
  const shown = showOrder(span.traceId);
  try {
    const response = await fetch('/api/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: span.traceparent },
      body: JSON.stringify(order),
    });
    const answer = await response.json();
    span.end({ name: 'POST /api/orders', method: 'POST', url: response.url, status: response.status, session });
    if (!response.ok) shown.update('failed', answer.error.message);
    else await follow(answer, shown);
  } catch (error) {
    shown.update('failed', error.message);
  }
}

/** The answer came before the payment: asks until there is mail about it. */
async function follow({ orderId, status, totalCents }, shown) {
  shown.update(status, money(totalCents));
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const answer = await (await fetch(`/api/orders/${orderId}`)).json();
    if (answer.error !== undefined) throw new Error(answer.error.message);
    if (answer.status === 'accepted' || answer.mail.length === 0) continue;
    shown.update(answer.status, money(totalCents), answer.mail[0]);
    return;
  }
  shown.update('not paid yet', money(totalCents));
}

function showOrder(traceId) {
  document.querySelector('#none').hidden = true;
  const item = document.createElement('li');
  const status = Object.assign(document.createElement('span'), { className: 'status', textContent: 'sent' });
  const amount = document.createElement('span');
  const link = Object.assign(document.createElement('a'), { textContent: 'its trace' });
  link.href = `${settings.throughlineUrl}/trace/${traceId}`;
  const mail = Object.assign(document.createElement('span'), { className: 'mail' });
  item.dataset.testid = 'order';
  item.append(status, ' · ', amount, ' · ', link, mail);
  document.querySelector('#orders').prepend(item);
  return {
    update: (state, text, mailText = '') => {
      item.className = state === 'failed' || state === 'declined' ? 'failed' : '';
      item.dataset.state = state;
      status.textContent = state;
      amount.textContent = text;
      mail.textContent = mailText;
    },
  };
}

function money(cents) {
  return (cents / 100).toFixed(2);
}

for (const { name, what, service, on } of await (await fetch('/faults')).json()) {
  const label = document.createElement('label');
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: on === true });
  box.disabled = on === null;
  box.addEventListener('change', () => {
    const body = JSON.stringify({ on: box.checked });
    void fetch(`/faults/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  });
  label.append(box, ` ${name}: ${what} (${service})`);
  document.querySelector('#faults').append(label);
}
