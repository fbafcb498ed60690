// Docker integrations as Scalr's API has them: create, list, read, update, delete.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import * as z from "zod";
import {
  createIntegrationSchema,
  fromIntegrationAttributes,
  integrationsPath,
  toIntegrationResource,
  updateIntegrationSchema,
} from "../../api/documents.ts";
import { toChanges, toDockerIntegration, toNewIntegration } from "../integrations/attributes.ts";
import { createIntegration } from "../integrations/create-integration.ts";
import { deleteIntegration } from "../integrations/delete-integration.ts";
import { integrationNotFound } from "../integrations/refusals.ts";
import { updateIntegration } from "../integrations/update-integration.ts";
import type { ServerParts } from "../parts.ts";
import { requesterOf } from "../plugins/authentication.ts";
import type { IntegrationRow } from "../store/store.ts";
import { parseFieldset, selectFields } from "./fieldset.ts";
import { paginationOf, parseListQuery } from "./list-query.ts";

const itemPath = `${integrationsPath}/:id`;
/** Any text is a legal id: what it does not name is not found. */
const params = z.object({ id: z.string() });
/** Anything goes: unknown parameters are not looked at, and known ones are parsed with errors of our own. */
const querystring = z.record(z.string(), z.unknown());

export function dockerIntegrationRoutes(app: FastifyInstance, parts: ServerParts): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  const create = {
    schema: { body: createIntegrationSchema },
    config: { access: "docker-integrations:create" },
  } as const;
  routes.post(integrationsPath, create, async (request, reply) => {
    const { attributes } = request.body.data;
    const { name, "registry-url": registryUrl } = attributes;
    const wanted = toNewIntegration({ ...fromIntegrationAttributes(attributes), name, registryUrl });
    const data = toResource(parts, await createIntegration(parts, wanted, requesterOf(request)));
    return reply.code(201).header("location", data.links.self).send({ data });
  });

  const list = { schema: { querystring }, config: { access: "docker-integrations:read" } } as const;
  routes.get(integrationsPath, list, async (request) => {
    const query = parseListQuery(request.query);
    const fieldset = parseFieldset(request.query);
    const { items, total } = await parts.store.listIntegrations(query);
    const data = items.map((row) => selectFields(toResource(parts, row), fieldset));
    return { data, meta: { pagination: paginationOf(query, total) } };
  });

  const read = { schema: { params, querystring }, config: { access: "docker-integrations:read", hiddenAs } } as const;
  routes.get(itemPath, read, async (request) => {
    const row = await parts.store.findIntegration(request.params.id);
    if (row === undefined) throw integrationNotFound(request.params.id);
    return { data: selectFields(toResource(parts, row), parseFieldset(request.query)) };
  });

  const update = {
    schema: { params, body: updateIntegrationSchema },
    config: { access: "docker-integrations:update", hiddenAs },
  } as const;
  routes.patch(itemPath, update, async (request) => {
    const changes = toChanges(fromIntegrationAttributes(request.body.data.attributes));
    return {
      data: toResource(parts, await updateIntegration(parts, request.params.id, changes, requesterOf(request))),
    };
  });

  const remove = { schema: { params }, config: { access: "docker-integrations:delete", hiddenAs } } as const;
  routes.delete(itemPath, remove, async (request, reply) => {
    await deleteIntegration(parts, request.params.id, requesterOf(request));
    return reply.code(204).send();
  });
}

/** A token that may not see integrations is told what everybody is told of one that is not there. */
function hiddenAs(request: FastifyRequest) {
  return integrationNotFound((request.params as { id: string }).id);
}

function toResource(parts: ServerParts, row: IntegrationRow) {
  return toIntegrationResource(toDockerIntegration(row), parts.accountId, `${integrationsPath}/${row.id}`);
}
