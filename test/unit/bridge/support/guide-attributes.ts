// The attributes of docs/bridge/guide.md that zod validates.
import { conformsTo, listNested, string } from "../../../../src/bridge.ts";
import * as z from "zod";

const attributes = {
  mail: string({ required: true, validators: [conformsTo(z.email(), "a mail address")] }),
  rules: listNested({
    optional: true,
    attributes: { from: string({ required: true }), to: string({ required: true }) },
    validators: [conformsTo(z.array(z.object({ from: z.ipv4(), to: z.ipv4() })).max(10))],
  }),
};

export { attributes };
