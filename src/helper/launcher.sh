# The launcher of docker-credential-scalr: answers `get` from the environment or the cache with nothing but the shell's own words,
# in about 2 ms; for everything else it starts Node, or the binary that an archive for machines without Node has beside it.
# POSIX sh (XCU 2); -O and -nt are beyond it, but in dash, bash, busybox and ksh. What it reads is written by
# src/credentials/cache; a test holds both to the same answers. The build puts this in front of the program, inside a comment of
# JavaScript: no star may stand before a slash here.

umask 077
# No secret in a core file.
ulimit -c 0 2>/dev/null
set -f
# Nothing but built-in words from here on: a program would show a secret in its arguments.
scalr_path=${PATH-}
PATH=/nonexistent
# Ranges such as a-z mean these letters only, whatever the language.
scalr_locale=${LC_ALL-unset}
LC_ALL=C
url=

# What answers when the shell cannot: `program`, with `script` as its first argument where it is Node.
find_program() {
  PATH=$scalr_path
  if [ "$scalr_locale" = unset ]; then unset LC_ALL; else LC_ALL=$scalr_locale; fi
  program=${SCALR_OCI_NODE:-}
  script=$0
  if [ -n "$program" ] && ! command -v "$program" >/dev/null 2>&1; then
    printf '%s\n  %s\n' 'SCALR_OCI_NODE names no program that can be run' 'correct or unset SCALR_OCI_NODE'
    exit 1
  fi
  [ -n "$program" ] || find_standalone
  [ -n "$program" ] || find_node
  if [ -z "$program" ]; then
    set +f
    for candidate in /usr/local/bin/node /opt/homebrew/bin/node /usr/bin/nodejs "${HOME:-}"/.volta/bin/node \
      "${NVM_DIR:-${HOME:-}/.nvm}"/versions/node/v*"/"bin/node; do
      # The last one that is there: of nvm's versions the newest.
      if [ -x "$candidate" ]; then program=$candidate; fi
    done
  fi
  if [ -z "$program" ]; then
    printf '%s\n  %s\n' 'docker-credential-scalr needs Node.js 20 or newer, and there is none on PATH' \
      'install Node.js, or set SCALR_OCI_NODE to its path'
    exit 1
  fi
  # Options meant for other programs: code to load, reports with the environment in them, requests with their headers.
  unset NODE_OPTIONS NODE_REPL_EXTERNAL_MODULE NODE_V8_COVERAGE NODE_DEBUG
  unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_PRELOAD BUN_INSPECT_CONNECT_TO BUN_CONFIG_VERBOSE_FETCH
  # Node 20 reads this file at every start, which takes longer than the rest; the program reads it when it needs it.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    SCALR_OCI_NODE_CA=$NODE_EXTRA_CA_CERTS
    export SCALR_OCI_NODE_CA
    unset NODE_EXTRA_CA_CERTS
  fi
  unset scalr_path scalr_locale
}

# Node from PATH, but from no relative entry of it: the working directory may be anybody's.
find_node() {
  IFS=:
  for candidate in $PATH; do
    case $candidate in "/"*) ;; *) continue ;; esac
    if [ -f "$candidate/node" ] && [ -x "$candidate/node" ]; then
      program=$candidate/node
      break
    fi
  done
  unset IFS
}

# An archive for machines without Node has the whole program beside this file, or beside what a link to it leads to.
find_standalone() {
  here=$0
  if [ -h "$here" ]; then here=$(PATH=/usr/bin:/bin readlink -f "$here") || here=$0; fi
  case $here in *"/"*) here=${here%"/"*}/docker-credential-scalr-standalone ;; *) return 0 ;; esac
  if [ -f "$here" ] && [ -x "$here" ]; then
    program=$here
    script=
  fi
}

# One line on stdout; where printf is no built-in word, the program has to say it.
say() {
  printf '%s\n' "$1" 2>/dev/null || miss
}

# Hands the question that was read to the program.
miss() {
  find_program
  exec "$program" ${script:+"$script"} get <<END_OF_QUESTION
$url
END_OF_QUESTION
}

if [ "$#${1-}" != 1get ]; then
  find_program
  exec "$program" ${script:+"$script"} "$@"
fi

# Lines are joined, as docker-credential-helpers does; clients send one without an end, so that nothing is waited for.
if IFS= read -r url; then
  lines=1
  while IFS= read -r line || [ -n "$line" ]; do
    url=$url$line
    lines=$((lines + 1))
    # What is longer than any address, or never ends, is the program's to refuse; patterns would take minutes over it.
    if [ "${#url}" -gt 2048 ] || [ "$lines" -gt 64 ]; then break; fi
  done
fi
[ "${#url}" -le 2048 ] || miss

# Only plain spellings; the program knows all others. Docker's two extra logins are nobody else's.
case $url in '' | *[!a-z0-9.:/_-]* | *access-token* | *refresh-token*) miss ;; esac
host=${url#https://}
case $host in *://*) miss ;; esac
host=${host%%"/"*}
host=${host%:443}
is_hub=
case $host in
docker.io | index.docker.io | www.docker.io | registry.hub.docker.com | registry-1.docker.io)
  host=registry-1.docker.io
  is_hub=1
  ;;
'' | .* | -* | *_* | *:*:* | *..* | *.-* | *-.* | *. | *- | *.:* | *-:*) miss ;;
*:*)
  port=${host#*:}
  case $port in '' | 0* | *[!0-9]* | ??????*) miss ;; esac
  [ "$port" -le 65535 ] || miss
  ;;
esac

# A configuration may choose another source for the host, or for a repository of it: the program reads it. The places are those of
# src/credentials/configuration.
is_configured() {
  [ -z "${SCALR_OCI_CONFIG:-}" ] || return 0
  case ${XDG_CONFIG_HOME:-} in "/"*) configuration=$XDG_CONFIG_HOME ;; *) configuration=${HOME:-}/.config ;; esac
  # Without an absolute home there is none.
  case $configuration in "/"*) ;; *) return 1 ;; esac
  [ -e "$configuration/scalr-oci/config.json" ] || [ -e "$configuration/scalr-oci/config.toml" ]
}
path=${url#https://}
path=${path#"${path%%"/"*}"}
case $path in '' | "/" | /v1 | /v2 | /v1/ | /v2/) ;; *) if is_configured; then miss; fi ;; esac

login=
# A login in two variables of the host, when nothing that comes before it is given, and when JSON can hold it as it is.
if [ -z "${SCALR_OCI_AUTH_FILE:-}$is_hub" ]; then
  suffix=
  rest=$host
  while :; do
    case $rest in
    *[.:-]*)
      part=${rest%%[.:-]*}
      rest=${rest#"$part"}
      case $rest in -*) suffix=${suffix}${part}__ ;; *) suffix=${suffix}${part}_ ;; esac
      rest=${rest#?}
      ;;
    *) break ;;
    esac
  done
  suffix=$suffix$rest
  eval "username=\${SCALR_OCI_USERNAME_$suffix:-} password=\${SCALR_OCI_PASSWORD_$suffix:-}"
  if [ -n "$username$password" ]; then
    case $username in '' | *[!!-~]* | *'"'* | *'\'* | '<token>') miss ;; esac
    case $password in '' | *[!!-~]* | *'"'* | *'\'*) miss ;; esac
    login="{\"ServerURL\":\"$url\",\"Username\":\"$username\",\"Secret\":\"$password\"}"
    if ! is_configured; then
      say "$login"
      exit 0
    fi
  fi
fi

# The cache, where only this user can have put anything.
[ -z "${SCALR_OCI_NO_CACHE:-}" ] || miss
# Relative paths do not count: the working directory may be anybody's.
runtime=${XDG_RUNTIME_DIR:-}
home=${HOME:-}
temporary=${TMPDIR:-}
case $runtime in "/"*) ;; *) runtime= ;; esac
case $home in "/"*) ;; *) home= ;; esac
case $temporary in "/"*) ;; *) temporary= ;; esac
if [ -n "$runtime" ]; then
  [ -O "$runtime" ] || miss
  directory=$runtime/scalr-oci/cache
elif [ -n "$home" ] && [ -d /dev/shm ]; then
  IFS=/
  # shellcheck disable=SC2086
  set -- $home
  IFS=-
  directory=/dev/shm/scalr-oci-cache$*
  unset IFS
elif [ -O "${temporary:-/nonexistent}" ] && [ ! -d /dev/shm ]; then
  directory=$temporary/scalr-oci-cache
else
  miss
fi
entry=$directory/$host
if [ ! -f "$entry" ] || [ ! -O "$entry" ] || [ -h "$entry" ] || [ ! -O "$directory" ] || [ -h "$directory" ]; then miss; fi

{
  IFS= read -r line
  # Its host is in the entry: a directory that others may write to cannot make it the answer for another one.
  [ "$line" = "scalr-oci 2 $host" ] || miss
  read -r clock from until
  if [ "$clock" = epoch ]; then
    # Where there is no clock in a file, a program has to be asked; it gets nothing to see.
    now=$(PATH=/usr/bin:/bin date +%s)
  else
    IFS= read -r boot </proc/sys/kernel/random/boot_id
    [ "$boot" = "$clock" ] || miss
    read -r now line </proc/uptime
    now=${now%%.*}
  fi
  case $from$until$now in '' | *[!0-9]*) miss ;; esac
  [ "$from" -le "$now" ] && [ "$now" -lt "$until" ] || miss

  while IFS= read -r line; do
    word=${line%% *}
    line=${line#* }
    name=${line%% *}
    case $word in
    unset | equal | tail)
      case $name in '' | *[!A-Za-z0-9_]*) miss ;; esac
      eval "value=\${$name:-}"
      ;;
    esac
    case $word in
    unset) [ -z "$value" ] || miss ;;
    equal) [ "$value" = "${line#* }" ] || miss ;;
    tail) case $value in *"${line#* }") ;; *) miss ;; esac ;;
    file)
      [ -e "$line" ] || miss
      # shellcheck disable=SC3013
      [ ! "$line" -nt "$entry" ] || miss
      ;;
    nofile) [ ! -e "$line" ] || miss ;;
    answer)
      if [ "$name" = 0 ]; then
        say "{\"ServerURL\":\"$url${line#0 }"
        exit 0
      fi
      if [ "$name" = 2 ]; then
        [ -n "$login" ] || miss
        say "$login"
        exit 0
      fi
      while IFS= read -r line; do say "$line"; done
      exit 1
      ;;
    *) miss ;;
    esac
  done
  miss
} <"$entry"
