import type { SavedNetwork } from '../network-json.ts';
import type { ModelUse } from './check-model.ts';
import type { ArchitectureFacts } from './describe-architecture.ts';

/** What passes between a process and the one that looks at a network for it. Pure. */

export interface InspectionRequest {
  readonly network: SavedNetwork;
  readonly use: ModelUse;
}

export type InspectionReply =
  | { readonly type: 'facts'; readonly facts: ArchitectureFacts }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'broken'; readonly message: string };
