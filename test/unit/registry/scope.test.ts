import { mergeScopes, repositoryScope } from "../../../src/registry/scope.ts";

it("writes the scope of a repository", () => {
  expect(repositoryScope("acme/vpc", ["pull", "push"])).toBe("repository:acme/vpc:pull,push");
});

it.each([
  [[], []],
  [["repository:a:pull"], ["repository:a:pull"]],
  [["repository:a:pull", "repository:a:pull"], ["repository:a:pull"]],
  [["repository:a:pull,push", "repository:a:pull,delete"], ["repository:a:pull,push,delete"]],
  [
    ["repository:a:pull", "repository:b:pull"],
    ["repository:a:pull", "repository:b:pull"],
  ],
  [["repository:a:5000/b:pull", "repository:a:5000/b:push"], ["repository:a:5000/b:pull,push"]],
  [
    ["registry:catalog:*", "repository:a:pull"],
    ["registry:catalog:*", "repository:a:pull"],
  ],
])("merges %j to %j", (scopes, merged) => {
  expect(mergeScopes(scopes)).toEqual(merged);
});
