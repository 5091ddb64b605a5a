import type { AttributeValue } from '@throughline/model';

/** Source: semantic conventions 1.44, Messaging spans. */
export function messageAttributes(options: {
  readonly system: string;
  readonly queue: string;
  readonly type: 'send' | 'process';
  readonly messageId: string | undefined;
  readonly partition: number | undefined;
  readonly batchCount: number;
  readonly consumerGroup: string | undefined;
}): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>([
    ['messaging.system', options.system],
    ['messaging.destination.name', options.queue],
    ['messaging.operation.name', options.type],
    ['messaging.operation.type', options.type],
  ]);
  if (options.messageId !== undefined) attributes.set('messaging.message.id', options.messageId);
  if (options.partition !== undefined) {
    attributes.set('messaging.destination.partition.id', String(options.partition));
  }
  if (options.batchCount > 1) attributes.set('messaging.batch.message_count', BigInt(options.batchCount));
  if (options.consumerGroup !== undefined) attributes.set('messaging.consumer.group.name', options.consumerGroup);
  return attributes;
}
