import { describe, expect, it } from 'vitest';

import { parseStackTrace } from '../../../src/trace/details/stack-trace.ts';

function summary(text: string) {
  return parseStackTrace(text)?.sections.map(({ relation, heading, frames, omittedCount }) => ({
    relation,
    heading,
    omittedCount,
    frames: frames.map(({ call, place, isLibrary }) => `${isLibrary ? '(lib) ' : ''}${call} @ ${place}`),
  }));
}

describe('stack traces', () => {
  it('of Java with causes', () => {
    expect(
      summary(
        [
          'com.shop.PaymentFailed: declined',
          'by issuer',
          '\tat com.shop.Payments.charge(Payments.java:14)',
          '\tat org.springframework.web.Servlet.run(Servlet.java:9)',
          '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
          'Caused by: java.net.SocketTimeoutException: Read timed out',
          '\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)',
          '\tat com.shop.Bank.post(Bank.java:88)',
          '\t... 23 more',
        ].join('\n'),
      ),
    ).toEqual([
      {
        relation: '',
        heading: 'com.shop.PaymentFailed: declined\nby issuer',
        omittedCount: 0,
        frames: [
          'com.shop.Payments.charge @ Payments.java:14',
          '(lib) org.springframework.web.Servlet.run @ Servlet.java:9',
          '(lib) java.base/java.lang.Thread.run @ Thread.java:1583',
        ],
      },
      {
        relation: 'Caused by',
        heading: 'java.net.SocketTimeoutException: Read timed out',
        omittedCount: 23,
        frames: [
          '(lib) java.base/sun.nio.ch.NioSocketImpl.timedRead @ NioSocketImpl.java:278',
          'com.shop.Bank.post @ Bank.java:88',
        ],
      },
    ]);
  });

  it('of JavaScript with a cause', () => {
    expect(
      summary(
        [
          'Error: no stock',
          '    at reserve (file:///app/src/stock.js:12:9)',
          '    at async Server.handle (/app/node_modules/fastify/lib/route.js:4:1)',
          '    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
          '    at /app/src/main.js:3:1 {',
          '  [cause]: TypeError: x is undefined',
          '      at read (/app/src/db.js:7:3)',
        ].join('\n'),
      ),
    ).toMatchObject([
      {
        heading: 'Error: no stock',
        frames: [
          'reserve @ file:///app/src/stock.js:12:9',
          '(lib) async Server.handle @ /app/node_modules/fastify/lib/route.js:4:1',
          '(lib) process.processTicksAndRejections @ node:internal/process/task_queues:103:5',
          ' @ /app/src/main.js:3:1',
        ],
      },
      { relation: 'Caused by', heading: 'TypeError: x is undefined', frames: ['read @ /app/src/db.js:7:3'] },
    ]);
  });

  it('of Python, whose newest call stands last and whose heading follows', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "/app/orders.py", line 12, in place',
      '    charge(order)',
      '    ~~~~~~^^^^^^^',
      '  File "/usr/lib/python3.12/site-packages/requests/api.py", line 59, in post',
      '    return request("post", url)',
      'requests.Timeout: read timed out',
      '',
      'The above exception was the direct cause of the following exception:',
      '',
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 3, in <module>',
      'ValueError: no order',
    ].join('\n');
    expect(parseStackTrace(text)?.newestLast).toBe(true);
    expect(summary(text)).toEqual([
      {
        relation: '',
        heading: 'requests.Timeout: read timed out',
        omittedCount: 0,
        frames: ['place @ /app/orders.py:12', '(lib) post @ /usr/lib/python3.12/site-packages/requests/api.py:59'],
      },
      {
        relation: 'The above exception was the direct cause of the following exception',
        heading: 'ValueError: no order',
        omittedCount: 0,
        frames: ['<module> @ /app/main.py:3'],
      },
    ]);
    expect(parseStackTrace(text)?.sections[0]?.frames[0]?.source).toBe('charge(order)');
  });

  it('of Go', () => {
    expect(
      summary(
        [
          'goroutine 18 [running]:',
          'runtime/debug.Stack()',
          '\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e',
          'example.com/shop/cart.(*Cart).Add(0xc000, {0x1, 0x2})',
          '\t/src/cart/cart.go:41 +0x1d',
        ].join('\n'),
      ),
    ).toMatchObject([
      {
        heading: 'goroutine 18 [running]:',
        frames: [
          '(lib) runtime/debug.Stack @ /usr/local/go/src/runtime/debug/stack.go:26',
          'example.com/shop/cart.(*Cart).Add @ /src/cart/cart.go:41',
        ],
      },
    ]);
  });

  it('of .NET, whose inner exception comes before the outer frames', () => {
    expect(
      summary(
        [
          'Shop.CheckoutException: failed',
          ' ---> System.TimeoutException: too slow',
          '   at Shop.Bank.Post(String url) in /src/Bank.cs:line 31',
          '   --- End of inner exception stack trace ---',
          '   at Shop.Checkout.Run() in /src/Checkout.cs:line 12',
          '   at System.Threading.Tasks.Task.Execute()',
        ].join('\n'),
      ),
    ).toMatchObject([
      {
        heading: 'Shop.CheckoutException: failed',
        frames: ['Shop.Checkout.Run() @ /src/Checkout.cs:12', '(lib) System.Threading.Tasks.Task.Execute() @ '],
      },
      {
        relation: 'Caused by',
        heading: 'System.TimeoutException: too slow',
        frames: ['Shop.Bank.Post(String url) @ /src/Bank.cs:31'],
      },
    ]);
  });

  it('of Ruby and PHP', () => {
    expect(
      summary("/app/cart.rb:12:in 'add': no stock (RuntimeError)\n\tfrom /app/main.rb:3:in `call'")?.[0]?.frames,
    ).toEqual(['call @ /app/main.rb:3']);
    expect(
      summary('Exception: no\n#0 /app/Cart.php(12): Cart->add()\n#1 /app/vendor/x/Y.php(1): Y::z()\n#2 {main}')?.[0]
        ?.frames,
    ).toEqual(['Cart->add() @ /app/Cart.php:12', '(lib) Y::z() @ /app/vendor/x/Y.php:1', '{main} @ ']);
  });

  it('is nothing for other texts', () => {
    expect(parseStackTrace('it broke\nat noon')).toBeUndefined();
    expect(parseStackTrace('')).toBeUndefined();
    expect(parseStackTrace('x\n'.repeat(6_000))).toBeUndefined();
  });
});
