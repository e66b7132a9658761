import type { OperationTypeNode } from 'graphql';

/** How a question came in. `POST` stands for POST with application/json, the only one that another site cannot forge. */
export type Transport = 'GET' | 'POST' | 'WebSocket';

const ALLOWED: Readonly<Record<Transport, readonly `${OperationTypeNode}`[]>> = {
  GET: ['query'],
  POST: ['query', 'mutation'],
  WebSocket: ['query', 'subscription'],
};

/** Whether an operation may be asked over a transport: only a POST changes anything, only a WebSocket stays open. */
export function isAllowedOver(transport: Transport, operation: `${OperationTypeNode}`): boolean {
  return ALLOWED[transport].includes(operation);
}
