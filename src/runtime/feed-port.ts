import type { MessagePort } from 'node:worker_threads';
import type { FeedAck, FeedMessage, FeedPost } from '../protocol/feed-messages.ts';

/** Takes one post of the upstream worker, message by message, and acknowledges what is to be acknowledged. */
export function takePost(port: MessagePort, post: FeedPost, take: (message: FeedMessage) => void): void {
  for (const message of post) {
    take(message);
    if (message.type === 'batch' && message.ack) {
      port.postMessage({ type: 'ack', number: message.number } satisfies FeedAck);
    }
  }
}
