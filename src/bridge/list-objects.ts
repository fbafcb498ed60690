// Lists the objects of one resource type, one after the other, up to the limit.
import type { Call } from "./call.ts";
import { checkedIdentity } from "./identity-rules.ts";
import type { ErasedListResource, ListedObject } from "./list-resource.ts";
import type { ErasedResource, Values } from "./resource.ts";

export interface ListRequest {
  readonly list: ErasedListResource;
  readonly resource: ErasedResource;
  readonly config: Values;
  /** 0 means no limit. */
  readonly limit: number;
  readonly includeState: boolean;
}

export interface FoundObject extends ListedObject {
  readonly identity: Values;
}

/** What was found until the first error, which is in the call's diagnostics. */
export async function* listObjects(request: ListRequest, call: Call): AsyncGenerator<FoundObject> {
  const { list, resource, config, includeState } = request;
  const limit = request.limit > 0 ? request.limit : undefined;
  let count = 0;
  try {
    for await (const object of list.list({ ...call.context, config, limit, includeState })) {
      if (count === limit) return;
      const identity = checkedIdentity(resource, object.state, undefined, call);
      if (identity === undefined || call.diagnostics.hasErrors) return;
      count += 1;
      yield { ...object, identity };
    }
  } catch (thrown) {
    call.fail(thrown, `listing ${list.type}`);
  }
}
