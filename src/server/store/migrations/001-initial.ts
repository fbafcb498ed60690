// The first tables. A migration is never edited after a release: a change is the next number.

export const initialMigration = {
  number: 1,
  name: "initial",
  sql: `
create table accounts (
  id text primary key,
  created_at integer not null
) strict;

create table data_keys (
  id text primary key,
  purpose text not null check (purpose in ('secret', 'digest')),
  wrapping_key_id text not null,
  wrapped text not null,
  state text not null check (state in ('active', 'decrypt-only')),
  created_at integer not null
) strict;
create unique index data_keys_one_active on data_keys (purpose) where state = 'active';

create table integrations (
  id text primary key,
  name text not null unique,
  registry_url text not null,
  host text not null unique,
  username text not null,
  export_credentials integer not null check (export_credentials in (0, 1)),
  status text not null check (status in ('active', 'disabled', 'failed', 'pending')),
  test_outcome text,
  test_failures integer not null,
  next_test_at integer,
  secret text not null,
  secret_key_id text not null references data_keys (id),
  secret_version integer not null,
  revision integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index integrations_next_test_at on integrations (next_test_at) where next_test_at is not null;
create index integrations_secret_key_id on integrations (secret_key_id);

create table create_replays (
  token_id text not null,
  digest text not null,
  integration_id text not null references integrations (id) on delete cascade,
  expires_at integer not null,
  primary key (token_id, digest)
) strict;
create index create_replays_integration_id on create_replays (integration_id);

create table tokens (
  id text primary key,
  kind text not null check (kind in ('access', 'run')),
  role text check (role in ('admin', 'manage', 'mint')),
  name text,
  hash text not null unique,
  hosts text check (hosts is null or json_valid(hosts)),
  created_at integer not null,
  created_by text,
  expires_at integer,
  revoked_at integer,
  last_used_at integer,
  check ((kind = 'access') = (role is not null))
) strict;
create index tokens_created_by on tokens (created_by);
create index tokens_kind_expires_at on tokens (kind, expires_at);

create table audit_events (
  id integer primary key autoincrement,
  at integer not null,
  request_id text not null,
  token_id text not null,
  action text not null,
  subject_id text,
  host text,
  outcome text not null
) strict;
create index audit_events_at on audit_events (at);
create index audit_events_subject_id on audit_events (subject_id);
`,
} as const;
